//! The state of writing one cell: its inputs and locals, the values that pass through them, and how it names resources.

use std::collections::BTreeSet;

use super::expr::{Expr, Tree, object, text};
use crate::model::{Estate, Id, What};
use crate::style::{Habit, Language, Style};

/// A variable or parameter.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub(super) name: String,
    /// A text, number or boolean.
    pub(super) value: Expr,
}

/// A cell that is being written.
pub(super) struct Scope<'e> {
    pub(super) estate: &'e Estate,
    pub(super) style: &'e Style,
    pub(super) language: Language,
    pub(super) cell: usize,
    pub(super) inputs: Vec<Input>,
    pub(super) locals: Vec<(String, Tree)>,
    /// Resources of other cells that are looked up: data sources, `existing`.
    pub(super) looked_up: BTreeSet<Id>,
    /// Declarations, each whole.
    pub(super) blocks: Vec<Block>,
    /// The loops: their members, first to last.
    pub(super) loops: Vec<Vec<Id>>,
}

/// A declaration: its symbolic name (empty for none) and its text, or a resource of an ARM template.
#[derive(Clone, Debug)]
pub(super) enum Block {
    Text(String),
    Json(String, serde_json::Value),
}

impl<'e> Scope<'e> {
    pub(super) fn new(estate: &'e Estate, style: &'e Style, cell: usize) -> Self {
        let mut scope = Self {
            estate,
            style,
            language: style.language_of(cell),
            cell,
            inputs: Vec::new(),
            locals: Vec::new(),
            looked_up: BTreeSet::new(),
            blocks: Vec::new(),
            loops: Vec::new(),
        };
        if style.has(Habit::Loops) {
            scope.find_loops();
        }
        scope
    }

    /// Disks that differ only in their names and regions.
    fn find_loops(&mut self) {
        let mut open: Vec<Vec<Id>> = Vec::new();
        for id in self.estate.of_cell(self.cell) {
            let one = self.estate.get(id);
            let (What::Disk { source: None, .. }, true) = (&one.what, one.deployed) else { continue };
            match open.iter_mut().find(|l| l.first().is_some_and(|f| self.estate.get(*f).what == one.what)) {
                Some(alike) => alike.push(id),
                None => open.push(vec![id]),
            }
        }
        self.loops = open.into_iter().filter(|l| l.len() > 1).collect();
    }

    /// The loop that contains a resource, and its index there.
    pub(super) fn looped(&self, id: Id) -> Option<(&[Id], usize)> {
        self.loops.iter().find_map(|l| Some((l.as_slice(), l.iter().position(|i| *i == id)?)))
    }

    /// The symbolic name of a resource.
    pub(super) fn symbol(&self, id: Id) -> String {
        let first = self.looped(id).and_then(|(l, _)| l.first().copied()).unwrap_or(id);
        let word = ["main", "this", "app", "primary"][self.style.rng(&format!("symbol {first}")).usize(..4)];
        format!("{word}{first}")
    }

    /// Whether the resource has a condition.
    pub(super) fn conditional(&self, id: Id) -> bool {
        let resource = self.estate.get(id);
        let taken = matches!(resource.what, What::Key { .. } | What::Gallery { .. }) || self.looped(id).is_some();
        !resource.deployed || !taken && self.style.does(Habit::Conditions, &resource.name)
    }

    /// The condition of the resource.
    pub(super) fn condition(&mut self, id: Id) -> Expr {
        let (name, deployed) = (self.estate.get(id).name.clone(), self.estate.get(id).deployed);
        let mut rng = self.style.rng(&format!("condition {name}"));
        match rng.u8(..3) {
            0 => self.input(&format!("with{id}"), Expr::Bool(deployed)),
            1 => {
                let env = self.input(&format!("env{id}"), text(if deployed { "prod" } else { "test" }));
                Expr::Equal(Box::new(env), Box::new(text("prod")))
            }
            _ => Expr::Bool(deployed),
        }
    }

    /// An input of that value.
    pub(super) fn input(&mut self, name: &str, value: Expr) -> Expr {
        if self.inputs.iter().all(|i| i.name != name) {
            self.inputs.push(Input { name: name.to_owned(), value });
        }
        Expr::Input(name.to_owned())
    }

    fn local(&mut self, name: &str, value: Tree) -> Expr {
        if self.locals.iter().all(|(n, _)| n != name) {
            self.locals.push((name.to_owned(), value));
        }
        Expr::Local(name.to_owned())
    }

    /// A region, in one of its spellings.
    pub(super) fn region(&mut self, of: &str, region: &str) -> Expr {
        let spelled = match (self.style.does(Habit::Case, of), region) {
            (true, "westeurope") => "West Europe".to_owned(),
            (true, "northeurope") => "North Europe".to_owned(),
            (true, "eastus2") => "EastUS2".to_owned(),
            (true, _) => region.to_uppercase(),
            _ => region.to_owned(),
        };
        self.value(&format!("region_{of}"), &spelled)
    }

    /// A text, as a literal or by an expression. `of` distinguishes it from others and is usable as a name.
    pub(super) fn value(&mut self, of: &str, value: &str) -> Expr {
        let of: String = of.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let mut rng = self.style.rng(&of);
        let mut out = text(value);
        if self.style.does(Habit::Inputs, &of) {
            out = self.input(&of, out);
        }
        if self.style.does(Habit::Functions, &of) {
            out = self.function(&of, value, out, rng.u8(..9));
        }
        if self.style.does(Habit::Lookups, &of) {
            let other = || Tree::from(text("elsewhere"));
            let name = format!("l_{of}");
            out = match rng.u8(..5) {
                0 => self.local(&name, out.into()),
                1 => {
                    let list = self.local(&name, Tree::List(vec![other(), out.into()]));
                    Expr::Item(Box::new(list.into()), 1)
                }
                2 => {
                    let map = self.local(&name, object([("dev", other()), ("prod", out.into())]));
                    Expr::Field(Box::new(map.into()), "prod".to_owned())
                }
                3 => Expr::Item(Box::new(Tree::List(vec![out.into(), other()])), 0),
                _ => Expr::Field(Box::new(object([("a", other()), ("b", out.into())])), "b".to_owned()),
            };
        }
        out
    }

    fn function(&mut self, of: &str, value: &str, out: Expr, which: u8) -> Expr {
        let half = value.len() / 2;
        // The halves of an ASCII text.
        let (a, b) = value.split_at(half);
        let cut = matches!(out, Expr::Text(_));
        match which {
            0 if value.chars().all(|c| !c.is_uppercase()) => {
                Expr::Lower(Box::new(if cut { text(value.to_uppercase()) } else { out }))
            }
            1 if cut => Expr::Concat(vec![text(a), self.input(&format!("half_{of}"), text(b))]),
            2 if cut => Expr::Format(vec![text(a), text(b)]),
            3 => {
                let on = self.input(&format!("on_{of}"), Expr::Bool(true));
                Expr::If(Box::new(on), Box::new(out), Box::new(text("elsewhere")))
            }
            4 if cut => Expr::Without(Box::new(text(format!("{a}#{b}"))), "#".to_owned()),
            5 => Expr::Trim(Box::new(if cut { text(format!(" {value} ")) } else { out })),
            6 if cut => Expr::Before(Box::new(text(format!("{value}|more"))), "|".to_owned()),
            7 => {
                let env = self.input(&format!("env_{of}"), text("prod"));
                let is = Expr::Equal(Box::new(env), Box::new(text("prod")));
                Expr::If(Box::new(is), Box::new(out), Box::new(text("elsewhere")))
            }
            8 => Expr::Coalesce(Box::new(out)),
            _ => out,
        }
    }

    /// A boolean.
    pub(super) fn flag(&mut self, of: &str, value: bool) -> Expr {
        let of = of.replace('-', "_");
        if self.style.does(Habit::Inputs, &of) { self.input(&of, Expr::Bool(value)) } else { Expr::Bool(value) }
    }

    /// A number.
    pub(super) fn number(&mut self, of: &str, value: u32) -> Expr {
        let of = of.replace('-', "_");
        if self.style.does(Habit::Inputs, &of) { self.input(&of, Expr::Number(value)) } else { Expr::Number(value) }
    }

    /// The whole id, perhaps in another case.
    pub(super) fn whole_id(&mut self, of: &str, id: Id) -> Expr {
        let whole = self.estate.whole_id(id);
        let spelled = if self.style.does(Habit::Case, &format!("{of} {id}")) {
            whole.replace("resourceGroups", "resourcegroups").replace("rg-", "RG-").replace("Microsoft.", "microsoft.")
        } else {
            whole
        };
        self.value(&format!("id_{of}_{id}"), &spelled)
    }

    /// Whether a resource of another cell is looked up, rather than named by its whole id.
    pub(super) fn looks_up(&self, id: Id) -> bool {
        self.style.does(Habit::Lookup, &format!("{} {id}", self.cell))
    }

    /// The URL of a key, or of a secret, as text.
    pub(super) fn key_url(&self, key: Id, kind: &str, version: bool) -> String {
        let names = self.estate.segments(key);
        let (vault, key) = (names.first().cloned().unwrap_or_default(), names.last().cloned().unwrap_or_default());
        let version = if version { "/0123456789abcdef0123456789abcdef" } else { "" };
        format!("https://{vault}.vault.azure.net/{kind}/{key}{version}")
    }
}
