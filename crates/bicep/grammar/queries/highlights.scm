; Bicep and its parameter files (.bicep, .bicepparam), over the grammar in crates/bicep/grammar.
; Where two patterns fit the same node, the later one holds: general ones stand first.

; Names, unless more is known of them below

(identifier) @variable

; Comments and directives

(comment) @comment
(directive) @keyword.directive

; Keywords

[
  "targetScope"
  "metadata"
  "param"
  "var"
  "type"
  "func"
  "resource"
  "module"
  "output"
  "assert"
  "test"
  "extension"
  "provider"
  "extensionConfig"
] @keyword

[
  "import"
  "from"
  "as"
  "with"
  "using"
  "extends"
] @keyword.import

[
  "for"
  "in"
] @keyword.repeat

"if" @keyword.conditional

"existing" @keyword.modifier

; Literals

(integer) @number
(boolean) @boolean

[
  (null)
  (none)
] @constant.builtin

[
  (string_content)
  (multiline_string_start)
  (multiline_string_end)
  "'"
] @string

(escape_sequence) @string.escape

(interpolation
  "${" @punctuation.special)

(interpolation
  "}" @punctuation.special)

; Operators and punctuation

[
  "="
  "=>"
  "?"
  "??"
  "||"
  "&&"
  "=="
  "!="
  "=~"
  "!~"
  "<="
  ">="
  "+"
  "-"
  "/"
  "%"
  "!"
  "|"
  "..."
  "^"
] @operator

(binary_expression
  operator: [
    "<"
    ">"
    "*"
  ] @operator)

(ternary_expression
  ":" @operator)

(additional_properties_type
  "*" @operator)

(additional_properties_member_type
  "*" @operator)

(item_type
  "*" @operator)

(import_declaration
  wildcard: "*" @operator)

[
  "("
  ")"
  "["
  "]"
] @punctuation.bracket

[
  (object
    [
      "{"
      "}"
    ] @punctuation.bracket)
  (object_type
    [
      "{"
      "}"
    ] @punctuation.bracket)
  (imported_symbols
    [
      "{"
      "}"
    ] @punctuation.bracket)
  (type_arguments
    [
      "<"
      ">"
    ] @punctuation.bracket)
]

[
  "."
  ","
  "::"
] @punctuation.delimiter

[
  (property
    ":" @punctuation.delimiter)
  (property_type
    ":" @punctuation.delimiter)
  (additional_properties_type
    ":" @punctuation.delimiter)
  (for_expression
    ":" @punctuation.delimiter)
]

; Types

[
  (_
    type: (identifier) @type)
  (_
    return_type: (identifier) @type)
  (union_type
    member: (identifier) @type)
  (array_type
    item: (identifier) @type)
  (item_type
    object: (identifier) @type)
  (index_type
    object: (identifier) @type)
  (member_type
    object: (identifier) @type)
  (member_type
    property: (identifier) @type)
  (additional_properties_member_type
    object: (identifier) @type)
  (parameterized_type
    name: (identifier) @type)
  (type_arguments
    (identifier) @type)
]

([
  (_
    type: (identifier) @type.builtin)
  (_
    return_type: (identifier) @type.builtin)
  (union_type
    member: (identifier) @type.builtin)
  (array_type
    item: (identifier) @type.builtin)
  (type_arguments
    (identifier) @type.builtin)
]
  (#any-of? @type.builtin "string" "int" "bool" "object" "array" "any"))

((parameterized_type
  name: (identifier) @type.builtin)
  (#any-of? @type.builtin "resource" "resourceInput" "resourceOutput"))

(type_declaration
  name: (identifier) @type.definition)

(resource_type
  "resource" @type.builtin)

; Properties

[
  (property
    name: (identifier) @property)
  (property_type
    name: (identifier) @property)
  (member_expression
    property: (identifier) @property)
  (metadata_declaration
    name: (identifier) @property)
]

(property
  name: (string
    (string_content) @property))

; Parameters: of templates, functions, lambdas and loops

[
  (parameter_declaration
    name: (identifier) @variable.parameter)
  (parameter_assignment
    name: (identifier) @variable.parameter)
  (function_parameter
    name: (identifier) @variable.parameter)
  (lambda_expression
    parameter: (identifier) @variable.parameter)
  (for_expression
    item: (identifier) @variable.parameter)
  (for_expression
    index: (identifier) @variable.parameter)
]

; Functions

(function_declaration
  name: (identifier) @function)

(call_expression
  function: (identifier) @function.call)

(method_call_expression
  function: (identifier) @function.method.call)

; Namespaces

[
  (import_declaration
    alias: (identifier) @module)
  (extension_declaration
    specification: (identifier) @module)
  (extension_declaration
    alias: (identifier) @module)
  (extension_config_assignment
    name: (identifier) @module)
]

((method_call_expression
  object: (identifier) @module)
  (#any-of? @module "sys" "az"))

((member_type
  object: (identifier) @module)
  (#any-of? @module "sys" "az"))

; Decorators

(decorator
  "@" @attribute)

(decorator
  expression: [
    (identifier) @attribute
    (call_expression
      function: (identifier) @attribute)
    (method_call_expression
      function: (identifier) @attribute)
    (member_expression
      property: (identifier) @attribute)
  ])

; Texts that name something: resource types and files

[
  (resource_declaration
    type: (string
      (string_content) @string.special))
  (resource_type
    type: (string
      (string_content) @string.special))
  (module_declaration
    path: (string
      (string_content) @string.special.path))
  (test_declaration
    path: (string
      (string_content) @string.special.path))
  (import_declaration
    path: (string
      (string_content) @string.special.path))
  (using_declaration
    path: (string
      (string_content) @string.special.path))
  (extends_declaration
    path: (string
      (string_content) @string.special.path))
  (extension_declaration
    specification: (string
      (string_content) @string.special.path))
]
