//! Blocks of providers that ask no service: what they give is made of what they state.

use cmklint_graph::{Kind, Object, Value};
use cmklint_source::Span;

use super::{Evaluator, InstanceId};
use crate::config::Address;
use crate::functions::{self, file};
use crate::values::is_error;

impl Evaluator<'_> {
    /// The attribute that an instance of `kind` gives, where it is made of what its block states, and its value.
    pub(super) fn made_of_stated(
        &mut self,
        kind: &Address,
        id: InstanceId,
        stated: &Object,
        span: Span,
    ) -> Option<(&'static str, Value)> {
        let argument = |name: &str| stated.entries.get(name).map_or_else(Value::null, |entry| entry.value.clone());
        match (kind.data, &*kind.kind) {
            // <https://developer.hashicorp.com/terraform/language/resources/terraform-data>
            (false, "terraform_data") => Some(("output", argument("input"))),
            // <https://registry.terraform.io/providers/hashicorp/null/latest/docs/data-sources/data_source>
            (true, "null_data_source") => Some(("outputs", argument("inputs"))),
            // <https://registry.terraform.io/providers/hashicorp/template/latest/docs/data-sources/file>
            (_, "template_file") => {
                let (template, vars) = (argument("template"), argument("vars"));
                let vars = if vars.is_null() { Value::object(Object::default()) } else { vars };
                let span = template.span().unwrap_or(span);
                let scope = self.instances.get(id.0)?.scope.clone();
                let text = template.as_str()?.to_owned();
                let rendered = self.rendered(&text, &template, &vars, &scope, span)?;
                (!is_error(&rendered)).then_some(("rendered", rendered))
            }
            // <https://registry.terraform.io/providers/hashicorp/local/latest/docs/data-sources/file>
            (true, "local_file") => {
                let path = argument("filename");
                let scope = self.instances.get(id.0)?.scope.clone();
                let place = self.place(&scope, span);
                let Kind::String(path) = &path.kind else { return None };
                let text = file::read(path, &self.site(span, &place)).ok()?;
                if !self.pay(functions::FILE_STEPS + text.len(), text.len(), span) {
                    return None;
                }
                Some(("content", Value::string(String::from_utf8(text).ok()?)))
            }
            _ => None,
        }
    }
}
