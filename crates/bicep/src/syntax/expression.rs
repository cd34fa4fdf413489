use super::{ByteRange, Declaration};

/// An identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written; empty where it is missing.
    pub text: String,
    /// The place.
    pub range: ByteRange,
}

/// An expression. Parentheses are not kept: the tree shows the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// The place, without parentheses around it.
    pub range: ByteRange,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// Digits. A minus is an operator of its own.
    Integer(u64),
    /// Any kind of string.
    String(StringLiteral),
    /// A symbol.
    Name(String),
    /// `[…]`.
    Array(Array),
    /// `{…}`.
    Object(Object),
    /// `[for … in …: …]`.
    For(Box<For>),
    /// `object.property`, `object.?property`.
    Member {
        /// The object.
        object: Box<Expression>,
        /// The name of the property.
        property: Name,
        /// `.?`: null where there is no such property.
        safe: bool,
    },
    /// `object[index]`, `object[?index]`, `object[^index]`.
    Index {
        /// The array or object.
        object: Box<Expression>,
        /// A number or the name of a property.
        index: Box<Expression>,
        /// `?`: null where there is no such item.
        safe: bool,
        /// `^`: counted from the end, the last item being 1.
        from_end: bool,
    },
    /// `parent::child`.
    NestedResource {
        /// The resource around it.
        parent: Box<Expression>,
        /// The symbolic name of the nested one.
        name: Name,
    },
    /// `operand!`.
    NonNull(Box<Expression>),
    /// `function(…)`.
    Call {
        /// The function.
        function: Name,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
    /// `object.function(…)`: of a namespace, an imported namespace or a resource.
    MethodCall {
        /// The object or namespace.
        object: Box<Expression>,
        /// The function.
        function: Name,
        /// Its arguments.
        arguments: Vec<Expression>,
    },
    /// `!a`, `-a`.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The expression that it applies to.
        operand: Box<Expression>,
    },
    /// `a + b`.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// The left operand.
        left: Box<Expression>,
        /// The right operand.
        right: Box<Expression>,
    },
    /// `condition ? consequence : alternative`.
    Ternary {
        /// The expression before `?`.
        condition: Box<Expression>,
        /// The result where the condition is true.
        consequence: Box<Expression>,
        /// The result where it is false.
        alternative: Box<Expression>,
    },
    /// `(a, b) => body`, `a => body`.
    Lambda {
        /// The names of its parameters.
        parameters: Vec<Name>,
        /// The expression after `=>`.
        body: Box<Expression>,
    },
    /// An expression that could not be read: its value is not known.
    Error,
}

/// The operators in front of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// The operators between two expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOperator {
    /// `??`
    Coalesce,
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`, without regard to case.
    EqualIgnoreCase,
    /// `!~`, without regard to case.
    NotEqualIgnoreCase,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
}

impl BinaryOperator {
    /// The operator that is written `sign`.
    #[must_use]
    pub(crate) fn from_sign(sign: &str) -> Option<Self> {
        Some(match sign {
            "??" => Self::Coalesce,
            "||" => Self::Or,
            "&&" => Self::And,
            "==" => Self::Equal,
            "!=" => Self::NotEqual,
            "=~" => Self::EqualIgnoreCase,
            "!~" => Self::NotEqualIgnoreCase,
            "<" => Self::Less,
            "<=" => Self::LessOrEqual,
            ">" => Self::Greater,
            ">=" => Self::GreaterOrEqual,
            "+" => Self::Add,
            "-" => Self::Subtract,
            "*" => Self::Multiply,
            "/" => Self::Divide,
            "%" => Self::Modulo,
            _ => return None,
        })
    }
}

/// A string of any kind: `'…'`, `'''…'''`, `$'''…'''`.
#[derive(Clone, Debug, PartialEq)]
pub struct StringLiteral {
    /// Text and interpolations in their order; no text is empty, and no two texts are adjacent.
    pub segments: Vec<StringSegment>,
    /// The whole string, quotes included.
    pub range: ByteRange,
    /// A part of it could not be read: its value is not known.
    pub broken: bool,
}

impl StringLiteral {
    /// The value of a string without interpolations.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.segments.as_slice() {
            _ if self.broken => None,
            [] => Some(""),
            [StringSegment::Text { value, .. }] => Some(value),
            _ => None,
        }
    }
}

/// A piece of a string.
#[derive(Clone, Debug, PartialEq)]
pub enum StringSegment {
    /// Text, its escapes resolved.
    Text {
        /// The value.
        value: String,
        /// As written.
        range: ByteRange,
    },
    /// `${expression}`.
    Interpolation(Expression),
}

/// `[…]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    /// The items in their order.
    pub items: Vec<ArrayItem>,
    /// A part of it could not be read: there may be more items, at any index.
    pub broken: bool,
}

/// An item of an array.
#[derive(Clone, Debug, PartialEq)]
pub enum ArrayItem {
    /// One value.
    Value(Expression),
    /// `...array`.
    Spread(Expression),
}

/// `{…}`.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The items in their order.
    pub items: Vec<ObjectItem>,
    /// The whole object, braces included.
    pub range: ByteRange,
    /// A part of it could not be read: there may be more properties.
    pub broken: bool,
}

impl Object {
    /// The properties whose names are plain, as name and property, in their order. Spreads may hold further ones.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &Property)> {
        self.items.iter().filter_map(|item| match item {
            ObjectItem::Property(property) => property.name.plain().map(|name| (name, property)),
            _ => None,
        })
    }

    /// The nested resources, in their order.
    pub fn resources(&self) -> impl Iterator<Item = &Declaration> {
        self.items.iter().filter_map(|item| match item {
            ObjectItem::Resource(resource) => Some(resource.as_ref()),
            _ => None,
        })
    }
}

/// An item of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectItem {
    /// `name: value`.
    Property(Property),
    /// `...object`.
    Spread(Expression),
    /// A nested resource. The grammar accepts it in any object, the language in the body of a resource only.
    Resource(Box<Declaration>),
}

/// `name: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name before the colon.
    pub name: PropertyName,
    /// The value after the colon.
    pub value: Expression,
    /// The whole property.
    pub range: ByteRange,
}

/// The name of a property of an object or of an object type.
#[derive(Clone, Debug, PartialEq)]
pub enum PropertyName {
    /// Written as an identifier.
    Name(Name),
    /// Written as a string, which may have interpolations.
    String(StringLiteral),
}

impl PropertyName {
    /// The name, where it has no interpolations.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(&name.text),
            Self::String(string) => string.plain(),
        }
    }

    /// Where it is written.
    #[must_use]
    pub fn range(&self) -> ByteRange {
        match self {
            Self::Name(name) => name.range.clone(),
            Self::String(string) => string.range.clone(),
        }
    }
}

/// `for item in iterable`, `for (item, index) in iterable`.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// The name of the item.
    pub item: Name,
    /// The name of the index, counted from 0.
    pub index: Option<Name>,
    /// The collection.
    pub iterable: Expression,
}

/// `[for … in …: body]` as a value.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// The loop.
    pub each: Loop,
    /// `if (…)` before the body, which the language allows in resources and modules only.
    pub condition: Option<Expression>,
    /// The value of one item.
    pub body: Expression,
}
