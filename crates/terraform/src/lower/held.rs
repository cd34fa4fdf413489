//! Resources that hold an ARM template for others to deploy: policies that deploy what is missing, managed applications, versions of template specs.
//! Who deploys it, when and where, the configuration does not say.

use std::sync::Arc;

use cmklint_graph::{Holder, Kind, Object, Presence, Resource, Symbol, Value};
use cmklint_source::{Diagnostic, Span};

use super::Lowering;
use super::properties::at;
use super::template::parameters;
use crate::eval::{InstanceId, ModuleId, Scope};
use crate::functions::encode;
use crate::syntax::ast::Block;
use crate::table;
use crate::template_text::TemplateText;
use crate::{TemplateContent, TemplateDeployment};

/// So many texts that were read as JSON are kept.
const MOST_READ: usize = 16;

/// A block that holds a template.
struct HolderBlock {
    holder: Holder,
    instance: InstanceId,
    module: ModuleId,
    scope: Scope,
    block: Arc<Block>,
}

impl Lowering<'_, '_> {
    /// The template that `resource` holds.
    pub(super) fn held_template(&mut self, index: usize, resource: &Resource) -> Option<TemplateDeployment> {
        let holder = Holder::of(resource.kind.as_str()).filter(|_| resource.presence == Presence::Declared)?;
        let id = self.instance_of(u32::try_from(index).ok()?)?;
        let instance = self.evaluator.instances.get(id.0)?;
        let (module, place, scope) = (instance.module, instance.block?, instance.scope.clone());
        let block = self.evaluator.with_block(module, place, |_, b| Arc::clone(&b.block))?;
        let held = HolderBlock { holder, instance: id, module, scope, block };
        match table::is_azapi(&held.block.label(0)) {
            true => self.held_by_body(index, resource, &held),
            false => self.held_by_argument(index, resource, &held),
        }
    }

    /// The template in the body of an `azapi_resource`.
    fn held_by_body(&mut self, index: usize, resource: &Resource, held: &HolderBlock) -> Option<TemplateDeployment> {
        let properties = resource.get("properties");
        let template = member(&properties, held.holder.template());
        if template.is_null() {
            return None;
        }
        let span = template.span().unwrap_or(resource.span);
        let Some(text) = TemplateText::of(&template, span, self.evaluator.sources) else {
            return self.not_known(resource, span, "is not known");
        };
        let given = held.holder.given().map_or_else(Value::null, |path| member(&properties, path));
        let content = TemplateContent::Text(text);
        Some(self.holding(index, content, &[], span, self.given(held, &given, resource)))
    }

    /// The template in an argument of a block of azurerm's, or in a part of it.
    fn held_by_argument(
        &mut self,
        index: usize,
        resource: &Resource,
        held: &HolderBlock,
    ) -> Option<TemplateDeployment> {
        let name = match held.holder {
            Holder::Policy => "policy_rule",
            Holder::ManagedApplication | Holder::TemplateSpec => "main_template",
        };
        let Some(attribute) = held.block.body.get(name) else {
            let package = held.block.body.get("package_file_uri")?;
            return self.not_known(resource, package.value.span, "is in a package, which is not looked into");
        };
        let span = attribute.value.span;
        let stated = self.evaluator.instance_body(held.instance, held.block.header);
        let value = at(&stated, name);
        if value.is_null() {
            return None;
        }
        let Some(read) = self.read_json(&value) else {
            let is_text = matches!(value.kind, Kind::String(_));
            return self.not_known(
                resource,
                attribute.name_span,
                if is_text { "can't be read: it is not JSON" } else { "is not known" },
            );
        };
        // The argument is the policy's rule, or the template itself.
        let within = held.holder.template().split_first().map_or(&[][..], |(_, within)| within);
        let template = member(&read, within);
        if template.is_null() {
            return None;
        }
        if !matches!(template.kind, Kind::Object(_)) {
            return self.not_known(resource, attribute.name_span, "is not known");
        }
        let content = match self.file(held.module, &attribute.value, &held.scope, 0) {
            Some(path) => TemplateContent::File(path),
            None => TemplateContent::Text(TemplateText::of(&value, span, self.evaluator.sources)?),
        };
        let given = match held.holder {
            Holder::Policy => {
                let path = held.holder.given().and_then(|path| path.split_first());
                path.map_or_else(Value::null, |(_, path)| encode::placed(member(&read, path), &value))
            }
            Holder::ManagedApplication | Holder::TemplateSpec => {
                let definition = self.read_json(&at(&stated, "create_ui_definition"));
                definition.map_or_else(Value::null, |read| member(&read, &["parameters", "outputs"]))
            }
        };
        Some(self.holding(index, content, within, span, self.given(held, &given, resource)))
    }

    fn holding(
        &self,
        index: usize,
        content: TemplateContent,
        within: &'static [&'static str],
        span: Span,
        parameters: Vec<(Arc<str>, Value)>,
    ) -> TemplateDeployment {
        let held_at = Some(within);
        TemplateDeployment { index, content, held_at, parameters, others: false, location: None, span, place: None }
    }

    /// The parameters that whoever deploys the template gives it: those of a policy by `given`, in which text in brackets is an expression of the policy; the
    /// outputs of a managed application's forms, which are never known.
    fn given(&self, held: &HolderBlock, given: &Value, resource: &Resource) -> Vec<(Arc<str>, Value)> {
        let unknown = |name: &Arc<str>| {
            let key = format!("{:?}:{}:held:{name}", resource.id, resource.address);
            Value::symbol(Symbol::at_place(key, format!("parameter {name}")))
        };
        let names = match &given.kind {
            Kind::Object(object) => object.entries.keys().cloned().collect::<Vec<_>>(),
            _ => return Vec::new(),
        };
        if held.holder != Holder::Policy {
            return names.iter().map(|name| (Arc::clone(name), unknown(name))).collect();
        }
        let mut stated = Object::default();
        stated.insert("parameters_content", None, given.clone());
        let (parameters, _) = parameters(&Value::object(stated));
        let is_expression = |value: &Value| match &value.kind {
            Kind::String(text) => text.starts_with('['),
            Kind::Template(_) | Kind::Array(_) | Kind::Object(_) => true,
            _ => false,
        };
        let own = |(name, value): (Arc<str>, Value)| match is_expression(&value) {
            true => (Arc::clone(&name), unknown(&name)),
            false => (name, value),
        };
        parameters.into_iter().map(own).collect()
    }

    /// The value that an argument holds as JSON, without places; `None` where it is not known, or no JSON. A text that many blocks share is read once.
    fn read_json(&mut self, value: &Value) -> Option<Value> {
        let text = match &value.kind {
            Kind::Object(_) => return Some(value.clone()),
            Kind::String(text) => text,
            Kind::Template(_) => return encode::from_text(value),
            _ => return None,
        };
        let address = Arc::as_ptr(text).cast::<u8>();
        if let Some((_, read)) = self.read.get(&address) {
            return read.clone();
        }
        let read = encode::from_text(value);
        if self.read.len() >= MOST_READ {
            self.read.clear();
        }
        self.read.insert(address, (value.clone(), read.clone()));
        read
    }

    fn not_known<T>(&mut self, resource: &Resource, span: Span, why: &str) -> Option<T> {
        let message = format!("the template that {} holds {why}", resource.address);
        self.evaluator.say(Diagnostic::note("template-not-known", message, span));
        None
    }
}

/// The member at `path`, names in any case; null where there is none, and a symbol where that is not known.
fn member(value: &Value, path: &[&str]) -> Value {
    path.iter().fold(value.clone(), |at, name| match &at.kind {
        Kind::Object(object) => {
            let found = object.entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            match (found, &object.rest) {
                (Some((_, entry)), _) => entry.value.clone(),
                (None, Some(rest)) => Value::symbol(rest.clone()),
                (None, None) => Value::null(),
            }
        }
        Kind::Null => Value::null(),
        Kind::Symbol(_) | Kind::Ref(_) | Kind::Choice(_) => at,
        _ => Value::null(),
    })
}
