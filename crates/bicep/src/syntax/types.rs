use super::{ByteRange, Decorator, Expression, Name, PropertyName, StringLiteral, UnaryOperator};

/// A type expression. Parentheses are not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// What it is.
    pub kind: TypeKind,
    /// The place.
    pub range: ByteRange,
}

/// The kinds of type expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `string`, `int`, a declared type.
    Name(String),
    /// The literal type `null`.
    Null,
    /// The literal types `true` and `false`.
    Boolean(bool),
    /// The literal type of a number.
    Integer(u64),
    /// The literal type of a string.
    String(StringLiteral),
    /// `-1`, `!true`.
    Unary {
        /// The operator.
        operator: UnaryOperator,
        /// The type that it applies to.
        operand: Box<Type>,
    },
    /// `a | b`.
    Union(Vec<Type>),
    /// `a?`.
    Nullable(Box<Type>),
    /// `a!`.
    NonNullable(Box<Type>),
    /// `a[]`.
    Array(Box<Type>),
    /// `a.property`.
    Member {
        /// The object type.
        object: Box<Type>,
        /// Its property.
        property: Name,
    },
    /// `a[*]`, the type of the items of an array type.
    Items(Box<Type>),
    /// `a[0]`, the type of one item of a tuple type.
    Index {
        /// The tuple type.
        object: Box<Type>,
        /// The index.
        index: Box<Expression>,
    },
    /// `a.*`, the type of the additional properties of an object type.
    AdditionalProperties(Box<Type>),
    /// `resourceInput<'type@version'>`, `namespace.name<…>`.
    Parameterized {
        /// The namespace.
        object: Option<Box<Type>>,
        /// The generic type.
        name: Name,
        /// The types between `<` and `>`.
        arguments: Vec<Type>,
    },
    /// `{ … }`.
    Object(ObjectType),
    /// `[ … ]`.
    Tuple(Vec<TupleItem>),
    /// `resource 'type@version'`; of an output, also `resource` alone.
    Resource(Option<StringLiteral>),
    /// A type that could not be read.
    Error,
}

/// `{ name: type, *: type }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectType {
    /// The properties in their order.
    pub properties: Vec<PropertyType>,
    /// The type of all others, after `*:`.
    pub additional: Option<Box<PropertyType>>,
    /// A part of it could not be read.
    pub broken: bool,
}

/// A property of an object type, or its additional properties.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyType {
    /// The decorators before it.
    pub decorators: Vec<Decorator>,
    /// The text before the colon; nothing for `*`.
    pub name: Option<PropertyName>,
    /// The type after the colon.
    pub ty: Type,
    /// The whole property, decorators included.
    pub range: ByteRange,
}

/// An item of a tuple type.
#[derive(Clone, Debug, PartialEq)]
pub struct TupleItem {
    /// The decorators before it.
    pub decorators: Vec<Decorator>,
    /// Its type.
    pub ty: Type,
}
