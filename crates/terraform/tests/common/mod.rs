//! A root in memory, lowered, and questions to its graph.
#![allow(dead_code, clippy::panic, clippy::unwrap_used)]

use cmklint_graph::{DeploymentId, Kind, Resource, StepKind, Value, canonical};
use cmklint_source::{MemoryLoader, Sources};
use cmklint_terraform::{Lowered, Options};

pub(crate) struct Root {
    pub(crate) sources: Sources,
    pub(crate) lowered: Lowered,
}

pub(crate) fn root(files: &[(&str, &str)]) -> Root {
    root_with(files, &Options::default(), &[])
}

pub(crate) fn root_with(files: &[(&str, &str)], options: &Options, tfvars: &[&str]) -> Root {
    let sources = Sources::new(MemoryLoader::new(files.iter().copied()));
    let tfvars: Vec<String> = tfvars.iter().map(|t| (*t).to_owned()).collect();
    let lowered = cmklint_terraform::Root::new("", &sources, options).with_tfvars(&tfvars).lower(DeploymentId(0));
    Root { sources, lowered }
}

/// One file, and no diagnostics.
pub(crate) fn clean(text: &str) -> Root {
    let root = root(&[("main.tf", text)]);
    assert_eq!(root.codes(), Vec::<&str>::new(), "{:?}", root.lowered.diagnostics);
    root
}

impl Root {
    pub(crate) fn resource(&self, address: &str) -> &Resource {
        let all = &self.lowered.deployment.resources;
        all.iter().find(|r| &*r.address == address).unwrap_or_else(|| {
            panic!("no {address} among {:?}", all.iter().map(|r| r.address.to_string()).collect::<Vec<_>>())
        })
    }

    pub(crate) fn addresses(&self) -> Vec<&str> {
        self.lowered.deployment.resources.iter().map(|r| &*r.address).collect()
    }

    /// The property as [`canonical`] text; references by address.
    pub(crate) fn get(&self, address: &str, path: &str) -> String {
        self.text(&self.resource(address).get(path))
    }

    pub(crate) fn text(&self, value: &Value) -> String {
        match &value.kind {
            Kind::Ref(r) => {
                let target = &self.lowered.deployment.resources[r.node.index as usize];
                format!("{}.{}", target.address, r.path)
            }
            Kind::Choice(c) => {
                format!("({} ? {} : {})", c.atom.key(), self.text(&c.then), self.text(&c.otherwise))
            }
            Kind::Array(a) => {
                let mut items: Vec<String> = a.items.iter().map(|i| self.text(i)).collect();
                items.extend(a.rest.as_ref().map(|_| "..".to_owned()));
                format!("[{}]", items.join(","))
            }
            _ => canonical(value),
        }
    }

    pub(crate) fn condition(&self, address: &str) -> String {
        self.text(&self.resource(address).condition)
    }

    pub(crate) fn codes(&self) -> Vec<&'static str> {
        self.lowered.diagnostics.iter().map(|d| d.code).collect()
    }

    /// The steps of the property's trail, the oldest first: kind and the text there.
    pub(crate) fn trail(&self, address: &str, path: &str) -> Vec<(StepKind, String)> {
        let value = self.resource(address).get(path);
        let mut steps: Vec<_> = value
            .trail
            .steps()
            .map(|s| (s.kind, self.sources.get(s.span.file).unwrap().slice(s.span).to_owned()))
            .collect();
        steps.reverse();
        steps
    }
}

/// What `expr` is, asked by way of a tag-like property of a disk: `canonical` text.
pub(crate) fn eval(expr: &str) -> String {
    eval_with("", expr)
}

/// As [`eval`], beside `blocks`.
pub(crate) fn eval_with(blocks: &str, expr: &str) -> String {
    let text = format!(
        r#"{blocks}
resource "azapi_resource" "x" {{
 type = "Microsoft.X/y@1"
 name = "n"
 body = {{ v = {expr} }}
}}
"#
    );
    let root = root(&[("main.tf", &text)]);
    let fatal: Vec<_> = root.lowered.diagnostics.iter().filter(|d| d.code == "syntax").collect();
    assert!(fatal.is_empty(), "{fatal:?}");
    root.get("azapi_resource.x", "v")
}
