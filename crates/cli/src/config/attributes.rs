//! Reads the values of the configuration's attributes, and checks their types.

use cmklint_source::{Diagnostic, Span};
use hcl_edit::Span as _;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block};

use super::{ConfigReader, Written};

impl ConfigReader<'_> {
    pub(super) fn label(&mut self, block: &Block, what: &str) -> Option<String> {
        if let [label] = &block.labels[..] {
            return Some(label.as_str().to_owned());
        }
        let span = self.span(block.ident.span());
        self.diagnostics.push(Diagnostic::error(
            "config",
            format!("a {} block takes one label, {what}", block.ident.as_str()),
            span,
        ));
        None
    }

    pub(super) fn no_blocks(&mut self, block: &Block) {
        for inner in block.body.blocks() {
            let span = self.span(inner.ident.span());
            self.diagnostics.push(Diagnostic::error(
                "config",
                format!("a {} block holds no blocks", block.ident.as_str()),
                span,
            ));
        }
    }

    pub(super) fn parsed<T: std::str::FromStr<Err = String>>(&mut self, attribute: &Attribute) -> Option<T> {
        match self.text(attribute)?.parse() {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(attribute, &message);
                None
            }
        }
    }

    pub(super) fn text(&mut self, attribute: &Attribute) -> Option<String> {
        let text = attribute.value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(attribute, &format!("{} must be a string", attribute.key.as_str()));
        }
        text
    }

    pub(super) fn boolean(&mut self, attribute: &Attribute) -> Option<bool> {
        let value = attribute.value.as_bool();
        if value.is_none() {
            self.wrong(attribute, &format!("{} must be true or false", attribute.key.as_str()));
        }
        value
    }

    pub(super) fn number(&mut self, attribute: &Attribute) -> Option<u64> {
        let value = attribute.value.as_number().and_then(hcl_edit::Number::as_u64);
        if value.is_none() {
            self.wrong(attribute, &format!("{} must be a whole number", attribute.key.as_str()));
        }
        value
    }

    pub(super) fn strings(&mut self, attribute: &Attribute) -> Vec<String> {
        let texts: Option<Vec<String>> = attribute
            .value
            .as_array()
            .map(|array| array.iter().map(|e| e.as_str().map(str::to_owned)).collect())
            .unwrap_or_default();
        texts.unwrap_or_else(|| {
            self.wrong(attribute, &format!("{} must be a list of strings", attribute.key.as_str()));
            Vec::new()
        })
    }

    /// A list of strings, each with its place.
    pub(super) fn written(&mut self, attribute: &Attribute) -> Vec<Written> {
        let texts = self.strings(attribute);
        let items = attribute.value.as_array().into_iter().flat_map(hcl_edit::expr::Array::iter);
        texts.into_iter().zip(items).map(|(text, item)| Written { text, span: Some(self.span(item.span())) }).collect()
    }

    pub(super) fn globs(&mut self, attribute: &Attribute) -> Vec<Written> {
        let globs = self.written(attribute);
        for glob in &globs {
            if let Err(error) = globset::Glob::new(&glob.text) {
                self.wrong(attribute, &error.to_string());
            }
        }
        globs
    }

    /// tflint's form: an object from source to whether it is ignored.
    pub(super) fn ignored_modules(&mut self, attribute: &Attribute) -> Vec<Written> {
        let Some(object) = attribute.value.as_object() else {
            self.wrong(attribute, "ignore_module takes an object from source to true");
            return Vec::new();
        };
        let named = |key: &hcl_edit::expr::ObjectKey| match key {
            hcl_edit::expr::ObjectKey::Ident(ident) => Some(ident.as_str().to_owned()),
            hcl_edit::expr::ObjectKey::Expression(Expression::String(text)) => Some(text.as_str().to_owned()),
            hcl_edit::expr::ObjectKey::Expression(_) => None,
        };
        object
            .iter()
            .filter(|(_, value)| value.expr().as_bool() == Some(true))
            .filter_map(|(key, _)| Some(Written { text: named(key)?, span: Some(self.span(key.span())) }))
            .collect()
    }

    pub(super) fn wrong(&mut self, attribute: &Attribute, message: &str) {
        let span = self.span(attribute.value.span());
        self.diagnostics.push(Diagnostic::error("config", message, span));
    }

    pub(super) fn unknown(&mut self, what: &str, name: &str, span: Option<std::ops::Range<usize>>, known: &[&str]) {
        let span = self.span(span);
        let help = self.suggestions.nearest_listed(name, known.iter().copied());
        self.diagnostics.push(Diagnostic::error("config", format!("no such {what}: {name}"), span).help(help));
    }

    pub(super) fn span(&self, range: Option<std::ops::Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        self.file.span(range.start, range.end)
    }
}
