//! Templates as both front-ends lower them. Names of parameters, variables and functions compare without case in ARM JSON and with case in Bicep; the front-end
//! for ARM JSON writes each reference as the name is declared.

use std::sync::Arc;

use cmklint_graph::Literal;
use cmklint_source::Span;
use indexmap::IndexMap;

/// What a template is deployed to.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-to-resource-group>
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetScope {
    /// A resource group.
    #[default]
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// The tenant.
    Tenant,
}

/// A template: a `.bicep` file, an ARM JSON template file, or a template nested in another.
#[derive(Clone, Debug)]
pub struct Template {
    /// The whole template.
    pub span: Span,
    /// What it is deployed to.
    pub scope: TargetScope,
    /// Parameters in the order of the text.
    pub parameters: IndexMap<Arc<str>, Parameter>,
    /// Variables in the order of the text. A JSON `copy` among the variables is an [`ExprKind::For`].
    pub variables: IndexMap<Arc<str>, Variable>,
    /// User-defined functions: `namespace.name` in ARM JSON, the name in Bicep. Imported ones are here too, under their imported name.
    pub functions: IndexMap<Arc<str>, Function>,
    /// Resources in the order of the text, nested children flattened out after their parent (their `parent` is set).
    pub resources: Vec<ResourceDecl>,
    /// Outputs in the order of the text.
    pub outputs: IndexMap<Arc<str>, Output>,
    /// Where the variables and functions are that this one doesn't have: those of the parameter file that a parameter file extends.
    pub extends: Option<Arc<Self>>,
}

impl Template {
    /// The variable `name`.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.layers().find_map(|layer| layer.variables.get(name))
    }

    /// The function `name`, in that case.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.layers().find_map(|layer| layer.functions.get(name))
    }

    /// This one, and those that it extends.
    pub(crate) fn layers(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |layer| layer.extends.as_deref())
    }

    /// Notes that whoever deploys it gives the parameters of these names, in any case: their defaults are never used.
    pub fn give<'n>(&mut self, names: impl Iterator<Item = &'n str>) {
        for name in names {
            let given = self.parameters.iter_mut().filter(|(declared, _)| declared.eq_ignore_ascii_case(name));
            given.for_each(|(_, parameter)| parameter.default = None);
        }
    }
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Where its name is declared.
    pub span: Span,
    /// Its default, which may use other parameters.
    pub default: Option<Expr>,
    /// The values it can have, where the template says so (`allowedValues`, `@allowed`, a union type of literals).
    pub allowed: Option<Vec<Literal>>,
    /// Whether it is null where no value is given.
    pub nullable: bool,
    /// Its type, as far as the evaluator uses it.
    pub kind: ParameterType,
    /// How large or long its value is.
    pub bounds: Bounds,
    /// What its type says of the values in it.
    pub contents: Contents,
}

/// At most so many types of the values in parameters are kept of a file.
pub const MOST_CONTENTS: usize = 20_000;

/// What a type says of the values in a list or an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The members that an object always has.
    pub members: IndexMap<Arc<str>, ValueType>,
    /// The items of a list.
    pub items: Option<Box<ValueType>>,
}

impl Contents {
    /// How many types there are in it.
    #[must_use]
    pub fn size(&self) -> usize {
        let types = self.members.values().chain(self.items.as_deref());
        types.map(|of| 1 + of.contents.size()).sum()
    }

    /// The same where at most `left` types are kept, from which its own are taken; else nothing is known, of this and what comes after it.
    #[must_use]
    pub fn within(self, left: &mut usize) -> Self {
        match left.checked_sub(self.size()) {
            Some(rest) => {
                *left = rest;
                self
            }
            None => {
                *left = 0;
                Self::default()
            }
        }
    }
}

/// What a type says of its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// Their kind.
    pub kind: ParameterType,
    /// Whether null is among them.
    pub nullable: bool,
    /// All of them, where the type lists them; null too, where it is one.
    pub allowed: Option<Vec<Literal>>,
    /// What is in them.
    pub contents: Contents,
}

/// How large a number is, or how long a text, a list or an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least number (`minValue`).
    pub min_value: Option<i64>,
    /// The greatest number (`maxValue`).
    pub max_value: Option<i64>,
    /// The least length (`minLength`).
    pub min_length: Option<i64>,
    /// The greatest length (`maxLength`).
    pub max_length: Option<i64>,
}

impl Bounds {
    /// The bounds that `stated` has by the name of each.
    pub fn named(stated: impl Fn(&str) -> Option<i64>) -> Self {
        Self {
            min_value: stated("minValue"),
            max_value: stated("maxValue"),
            min_length: stated("minLength"),
            max_length: stated("maxLength"),
        }
    }
}

/// A parameter's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `string` and `securestring`.
    String,
    /// `int`.
    Int,
    /// `bool`.
    Bool,
    /// `array`, or a typed array.
    Array,
    /// `object` and `secureObject`, or a typed object.
    Object,
    /// Anything else.
    Any,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Where its name is declared.
    pub span: Span,
    /// Its value.
    pub value: Expr,
}

/// A user-defined function. It sees its parameters (as [`ExprKind::Local`]), and other functions; in Bicep also variables.
#[derive(Clone, Debug)]
pub struct Function {
    /// Where its name is declared.
    pub span: Span,
    /// The names of its parameters.
    pub parameters: Vec<Arc<str>>,
    /// Its body.
    pub body: Expr,
    /// The template that it was imported from, whose names its body uses. `None` for a function of this template.
    pub home: Option<Arc<Template>>,
}

/// An output.
#[derive(Clone, Debug)]
pub struct Output {
    /// Where its name is declared.
    pub span: Span,
    /// Its value. A JSON `copy` is an [`ExprKind::For`].
    pub value: Expr,
    /// The condition under which it exists.
    pub condition: Option<Expr>,
}

/// A resource, an existing resource, a module or a nested deployment.
#[derive(Clone, Debug)]
pub struct ResourceDecl {
    /// Its symbolic name, by which [`ExprKind::Resource`] refers to it. Always there in Bicep.
    pub symbol: Option<Arc<str>>,
    /// Its header: the line where it is declared, as a person would point to it (`resource x '…'`; the value of `"type"`).
    pub span: Span,
    /// The whole declaration.
    pub whole: Span,
    /// The full type without API version, of nested children too: `Microsoft.KeyVault/vaults/keys`.
    pub kind: Arc<str>,
    /// The API version, where it is written out.
    pub api_version: Option<Arc<str>>,
    /// The name. With `parent` set: the last segment only. Else the whole name (`vault/key`).
    pub name: Expr,
    /// The parent, an [`ExprKind::Resource`].
    pub parent: Option<Expr>,
    /// Bicep's `scope:`, ARM JSON's `scope` property.
    pub scope: Option<Expr>,
    /// The region.
    pub location: Option<Expr>,
    /// The condition under which it is deployed.
    pub condition: Option<Expr>,
    /// The loop that repeats it (its condition may use the loop's variables).
    pub repeat: Option<Loop>,
    /// Whether it is only referred to, not deployed.
    pub existing: bool,
    /// What it depends on, as written; symbolic names and ids.
    pub depends_on: Vec<Expr>,
    /// Everything else (`properties`, `sku`, `identity`, `tags`, …), as one [`ExprKind::Object`].
    pub body: Expr,
    /// What it deploys, where it is a module or a deployment.
    pub deployment: Option<DeploymentDecl>,
}

/// A module or a nested deployment.
#[derive(Clone, Debug)]
pub struct DeploymentDecl {
    /// The template that it deploys.
    pub template: TemplateRef,
    /// Whether expressions in an inline template are evaluated in its own scope (always so for modules and linked templates) or in that of the template around it.
    pub inner_scope: bool,
    /// The arguments: an [`ExprKind::Object`] from parameter name to value (ARM's `{"value": …}` wrapping taken away; a key vault `reference` is an
    /// [`ExprKind::Unknown`]).
    pub arguments: Expr,
    /// The parameter file that gives the arguments (`parametersLink`), if any; `arguments` holds them where the file can't be read.
    pub parameters_link: Option<ParametersLink>,
    /// ARM JSON's `subscriptionId`, if it is written.
    pub subscription: Option<Expr>,
    /// ARM JSON's `resourceGroup`, if it is written.
    pub resource_group: Option<Expr>,
}

/// A parameter file that a deployment names.
#[derive(Clone, Debug)]
pub struct ParametersLink {
    /// The URI or relative path.
    pub uri: Expr,
    /// The folder that a relative path is relative to.
    pub folder: String,
    /// The whole address, where `uri` is the end of one that is written out in parts.
    pub address: Option<String>,
}

/// The template of a module or a nested deployment.
#[derive(Clone, Debug)]
pub enum TemplateRef {
    /// Written out.
    Inline(Arc<Template>),
    /// A file of the tree, by its normalized path.
    File {
        /// The path, as [`cmklint_source::normalize`] has it.
        path: String,
        /// Where it is named.
        span: Span,
    },
    /// A computed link: the evaluator resolves it where it is known and relative.
    Link {
        /// The URI or relative path.
        uri: Expr,
        /// The folder that a relative path is relative to.
        folder: String,
        /// The whole address, where `uri` is the end of one that is written out in parts.
        address: Option<String>,
    },
    /// A version of a template spec: the evaluator looks for it among those in the tree's templates.
    Spec {
        /// Its id.
        id: Expr,
        /// Why it can't be read where the tree has none, for `--verbose`.
        reason: String,
    },
    /// A template that can't be read (a registry module that is not restored). Its outputs are symbols.
    Opaque {
        /// Why, for `--verbose`.
        reason: String,
        /// Where it is named.
        span: Span,
    },
}

/// A loop: Bicep's `for`, ARM JSON's `copy`.
#[derive(Clone, Debug)]
pub struct Loop {
    /// Where it is written.
    pub span: Span,
    /// Its collection.
    pub over: LoopOver,
    /// The variable that holds the item, as [`ExprKind::Local`].
    pub item: Option<Arc<str>>,
    /// The variable that holds the index (from 0), as [`ExprKind::Local`].
    pub index: Option<Arc<str>>,
    /// The name of a JSON `copy`, for `copyIndex('name')`.
    pub name: Option<Arc<str>>,
}

/// The collection of a loop.
#[derive(Clone, Debug)]
pub enum LoopOver {
    /// The items of an array.
    Items(Box<Expr>),
    /// The numbers from 0 up to, not including, this one.
    Count(Box<Expr>),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is written. Inside a JSON string: the part of the string.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A known scalar.
    Literal(Literal),
    /// Text and expressions, concatenated as `format` would write each.
    Interpolation(Vec<Expr>),
    /// An array.
    Array(Vec<Item>),
    /// An object.
    Object(Vec<Member>),
    /// A parameter of the template.
    Parameter(Arc<str>),
    /// A variable of the template.
    Variable(Arc<str>),
    /// A variable of a loop, of a lambda or of a function.
    Local(Arc<str>),
    /// A resource or module by its symbolic name; for one in a loop, an [`ExprKind::Index`] of this. Its members are those of the language: `id`, `name`, `type`,
    /// `location`, `properties.…`, and `outputs.…` of a module.
    Resource(Arc<str>),
    /// A member by name: `of.name`, `of.?name`. A member of null, or a missing one, is null where it is `safe`.
    Member {
        /// The object.
        of: Box<Expr>,
        /// The name.
        name: Arc<str>,
        /// Whether it is `.?`.
        safe: bool,
    },
    /// An item or a member by a computed index: `of[index]`, `of[?index]`, `of[^index]`.
    Index {
        /// The array or object.
        of: Box<Expr>,
        /// The index or name.
        index: Box<Expr>,
        /// Whether it is `[?…]`.
        safe: bool,
        /// Whether it counts from the end (`[^1]` is the last).
        from_end: bool,
    },
    /// A built-in function by its name in any case (`resourceId`, `concat`). Operators are calls: `equals`, `not`, `and`, `or`, `less`, `lessOrEquals`,
    /// `greater`, `greaterOrEquals`, `add`, `sub`, `mul`,
    /// `div`, `mod`, `coalesce`, `if`; Bicep's `=~` and `!~` are `equals` of `toLower`.
    Call {
        /// The name, a namespace such as `sys.` or `az.` taken away.
        function: Arc<str>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// A user-defined function, by its key in [`Template::functions`].
    UserCall {
        /// The key.
        function: Arc<str>,
        /// The arguments.
        args: Vec<Expr>,
    },
    /// A lambda, only as an argument.
    Lambda {
        /// Its parameters.
        parameters: Vec<Arc<str>>,
        /// Its body.
        body: Box<Expr>,
    },
    /// A loop that gives an array; items for which `condition` is false are left out.
    For {
        /// The loop.
        repeat: Loop,
        /// The condition under which an item exists.
        condition: Option<Box<Expr>>,
        /// The item.
        body: Box<Expr>,
    },
    /// A value that the template doesn't contain: a key vault reference, a syntax error. The text says what it is, for people.
    Unknown(Arc<str>),
}

/// An item of an array.
#[derive(Clone, Debug)]
pub enum Item {
    /// One item.
    Value(Expr),
    /// The items of another array: `...xs`.
    Spread(Expr),
}

/// A member of an object.
#[derive(Clone, Debug)]
pub enum Member {
    /// A name and a value.
    Property {
        /// The name: a literal, or an interpolation.
        key: Expr,
        /// The value.
        value: Expr,
    },
    /// The members of another object: `...x`.
    Spread(Expr),
}

impl Member {
    /// The name and the value, where the name is written out.
    pub(crate) fn named(&self) -> Option<(&Arc<str>, &Expr)> {
        match self {
            Self::Property { key, value } => match &key.kind {
                ExprKind::Literal(Literal::String(name)) => Some((name, value)),
                _ => None,
            },
            Self::Spread(_) => None,
        }
    }
}
