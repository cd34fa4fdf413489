use super::expression::Loop;
use super::{ByteRange, Expression, ExpressionKind, Name, Object, StringLiteral, Type};

/// A template (`.bicep`) or parameter file (`.bicepparam`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The declarations, in the text's order.
    pub declarations: Vec<Declaration>,
    /// Where the comments are, in the text's order, their delimiters included.
    pub comments: Vec<ByteRange>,
    /// Where the `#disable-next-line`, `#disable-diagnostics` and `#restore-diagnostics` are, in the text's order.
    pub directives: Vec<ByteRange>,
}

/// One declaration, at the top of the file or (resources only) in the body of a resource.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// The decorators before it.
    pub decorators: Vec<Decorator>,
    /// What is declared.
    pub kind: DeclarationKind,
    /// The whole declaration, decorators included.
    pub range: ByteRange,
    /// A part of it could not be read. The values, types and objects that are affected are marked, too.
    pub broken: bool,
}

impl Declaration {
    /// The declared name, where the kind has one.
    #[must_use]
    pub fn name(&self) -> Option<&Name> {
        match &self.kind {
            DeclarationKind::Metadata { name, .. }
            | DeclarationKind::Parameter { name, .. }
            | DeclarationKind::ParameterAssignment { name, .. }
            | DeclarationKind::Variable { name, .. }
            | DeclarationKind::Type { name, .. }
            | DeclarationKind::Function { name, .. }
            | DeclarationKind::Resource(Resource { name, .. })
            | DeclarationKind::Module(Module { name, .. })
            | DeclarationKind::Output { name, .. }
            | DeclarationKind::Assert { name, .. }
            | DeclarationKind::Test { name, .. }
            | DeclarationKind::ExtensionConfig { name, .. }
            | DeclarationKind::Broken { name: Some(name), .. } => Some(name),
            DeclarationKind::Extension { alias, .. } => alias.as_ref(),
            DeclarationKind::TargetScope { .. }
            | DeclarationKind::Import { .. }
            | DeclarationKind::Using { .. }
            | DeclarationKind::Extends { .. }
            | DeclarationKind::Broken { name: None, .. } => None,
        }
    }
}

/// The kinds of declarations.
#[derive(Clone, Debug, PartialEq)]
pub enum DeclarationKind {
    /// `targetScope = 'subscription'`.
    TargetScope {
        /// The scope.
        value: Expression,
    },
    /// `metadata name = value`.
    Metadata {
        /// The key.
        name: Name,
        /// Its value.
        value: Expression,
    },
    /// `param name type = default`.
    Parameter {
        /// The parameter.
        name: Name,
        /// Its type.
        ty: Type,
        /// The default; without one the parameter has to be given, unless its type is nullable.
        default: Option<Expression>,
    },
    /// `param name = value`, of a parameter file.
    ParameterAssignment {
        /// The parameter of the template.
        name: Name,
        /// Its value; nothing where `@inline()` leaves that to the command line.
        value: Option<Expression>,
    },
    /// `var name = value`, `var name type = value`.
    Variable {
        /// The variable.
        name: Name,
        /// Its type, where one is written.
        ty: Option<Type>,
        /// Its value.
        value: Expression,
    },
    /// `type name = type`.
    Type {
        /// The type's name.
        name: Name,
        /// The type that it names.
        ty: Type,
    },
    /// `func name(a string) int => body`.
    Function {
        /// The function.
        name: Name,
        /// Its parameters.
        parameters: Vec<FunctionParameter>,
        /// What it returns.
        return_type: Type,
        /// Its value, in terms of the parameters.
        body: Expression,
    },
    /// `resource name 'type@version' = …`.
    Resource(Resource),
    /// `module name 'path' = …`.
    Module(Module),
    /// `output name type = value`.
    Output {
        /// The output.
        name: Name,
        /// Its type.
        ty: Type,
        /// Its value.
        value: Expression,
    },
    /// `assert name = condition`.
    Assert {
        /// The assertion.
        name: Name,
        /// The condition.
        value: Expression,
    },
    /// `test name 'path' = { … }`.
    Test {
        /// The test.
        name: Name,
        /// The template under test.
        path: StringLiteral,
        /// Its parameters.
        body: Object,
    },
    /// `import { a as b } from 'path'`, `import * as a from 'path'`.
    Import {
        /// What is imported.
        imports: Imports,
        /// Where from.
        path: StringLiteral,
    },
    /// `extension az`, `extension 'br:…' with { … } as a`, and the former spellings with `provider` and `import`.
    Extension {
        /// The extension's name or address.
        specification: StringLiteral,
        /// What follows `with`.
        config: Option<Expression>,
        /// What follows `as`.
        alias: Option<Name>,
    },
    /// `extensionConfig name with { … }`, of a parameter file.
    ExtensionConfig {
        /// The template's extension.
        name: Name,
        /// What follows `with`.
        config: Option<Expression>,
    },
    /// `using 'main.bicep'`, of a parameter file.
    Using {
        /// The template; nothing for `using none`.
        path: Option<StringLiteral>,
        /// What follows `with`.
        config: Option<Expression>,
    },
    /// `extends 'base.bicepparam'`, of a parameter file.
    Extends {
        /// The parameter file whose assignments this one begins with.
        path: StringLiteral,
    },
    /// A declaration of which only the beginning could be read. The name is declared, with an unknown meaning.
    Broken {
        /// What it would declare.
        keyword: Keyword,
        /// The name it would declare.
        name: Option<Name>,
    },
}

/// The words that begin declarations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Keyword {
    Assert,
    Extends,
    Extension,
    ExtensionConfig,
    Func,
    Import,
    Metadata,
    Module,
    Output,
    Param,
    Provider,
    Resource,
    TargetScope,
    Test,
    Type,
    Using,
    Var,
}

impl Keyword {
    /// The keyword `word`.
    #[must_use]
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "assert" => Self::Assert,
            "extends" => Self::Extends,
            "extension" => Self::Extension,
            "extensionConfig" => Self::ExtensionConfig,
            "func" => Self::Func,
            "import" => Self::Import,
            "metadata" => Self::Metadata,
            "module" => Self::Module,
            "output" => Self::Output,
            "param" => Self::Param,
            "provider" => Self::Provider,
            "resource" => Self::Resource,
            "targetScope" => Self::TargetScope,
            "test" => Self::Test,
            "type" => Self::Type,
            "using" => Self::Using,
            "var" => Self::Var,
            _ => return None,
        })
    }
}

/// `@name(…)` in front of a declaration, a property type or a tuple item.
#[derive(Clone, Debug, PartialEq)]
pub struct Decorator {
    /// The call: a [`ExpressionKind::Call`], or [`ExpressionKind::MethodCall`] where a namespace is written.
    pub expression: Expression,
    /// The whole decorator, from `@` on.
    pub range: ByteRange,
}

impl Decorator {
    /// The decorator's name without its namespace: `secure` of `@sys.secure()`.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match &self.expression.kind {
            ExpressionKind::Call { function, .. } | ExpressionKind::MethodCall { function, .. } => Some(&function.text),
            ExpressionKind::Name(text) => Some(text),
            ExpressionKind::Member { property, .. } => Some(&property.text),
            _ => None,
        }
    }

    /// The arguments of its call.
    #[must_use]
    pub fn arguments(&self) -> &[Expression] {
        match &self.expression.kind {
            ExpressionKind::Call { arguments, .. } | ExpressionKind::MethodCall { arguments, .. } => arguments,
            _ => &[],
        }
    }
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionParameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// The names that an import brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Imports {
    /// `{ a, b as c }`.
    Symbols(Vec<ImportedSymbol>),
    /// `* as name`.
    All(Name),
    /// An import that could not be read.
    Error,
}

/// `name as alias` in an import.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedSymbol {
    /// The exported name. Its range includes the quotes where it is written as a string.
    pub name: Name,
    /// The name here, where it differs.
    pub alias: Option<Name>,
}

/// `resource name 'type@version' existing = body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// The symbolic name.
    pub name: Name,
    /// The type, a segment only for a nested resource, with or without `@version`.
    pub ty: StringLiteral,
    /// Whether `existing` is written.
    pub existing: bool,
    /// What follows `=`.
    pub body: Body,
}

/// `module name 'path' = body`.
#[derive(Clone, Debug, PartialEq)]
pub struct Module {
    /// The symbolic name.
    pub name: Name,
    /// A path, a registry address or a template specification.
    pub path: StringLiteral,
    /// What follows `=`.
    pub body: Body,
}

/// The body of a resource or module: `{ … }`, `if (…) { … }`, `[for … in …: { … }]` or `[for … in …: if (…) { … }]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// The loop around it.
    pub each: Option<Loop>,
    /// Its condition, inside the loop.
    pub condition: Option<Expression>,
    /// The properties; broken and empty where none could be read.
    pub object: Object,
    /// The whole body.
    pub range: ByteRange,
}
