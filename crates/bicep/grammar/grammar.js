/**
 * Bicep and its parameter files, after the behaviour of the official compiler
 * (Azure/bicep, src/Bicep.Core/Parsing).
 *
 * A line break is a token, never white space: it ends a declaration and parts the items of objects and arrays.
 * Where the language lets an expression go on in the next line (`?`, `:`, `|`), src/scanner.c tells so.
 */

const PREC = {
  lambda: -1,
  ternary: 1,
  coalesce: 2,
  or: 3,
  and: 4,
  equality: 5,
  comparison: 6,
  addition: 7,
  multiplication: 8,
  unary: 9,
  postfix: 10,
};

const newlines = ($) => repeat1($._newline);

/** Items between brackets or braces: parted by line breaks or by a comma. */
const items = ($, item) =>
  seq(repeat($._newline), optional(seq(item, repeat(seq($._item_separator, item)), optional($._item_separator))));

/** Arguments: parted by commas only; line breaks may stand after `(`, after a comma and before `)`. */
const argumentList = ($, item) =>
  seq(repeat($._newline), optional(seq(item, repeat(seq(',', repeat($._newline), item)), repeat($._newline))));

const decorators = ($) => repeat(seq(field('decorator', $.decorator), newlines($)));

module.exports = grammar({
  name: 'bicep',

  word: ($) => $.identifier,

  externals: ($) => [
    $._newline,
    $._line_continuation,
    $._end_of_file,
    $.comment,
    $.directive,
    $._string_content,
    $._lambda_open,
    $.multiline_string_start,
    $._multiline_string_content,
    $._multiline_interpolation_start,
    $.multiline_string_end,
    $._error_sentinel,
  ],

  extras: ($) => [/[ \t]/, $.comment, $.directive, $._line_continuation],

  supertypes: ($) => [$._declaration, $._expression, $._type, $._single_type],

  inline: ($) => [$._property_name, $._type_name],

  rules: {
    source_file: ($) => repeat(choice($._newline, seq($._declaration, choice($._newline, $._end_of_file)))),

    _declaration: ($) =>
      choice(
        $.target_scope_declaration,
        $.metadata_declaration,
        $.parameter_declaration,
        $.parameter_assignment,
        $.variable_declaration,
        $.type_declaration,
        $.function_declaration,
        $.resource_declaration,
        $.module_declaration,
        $.output_declaration,
        $.assert_declaration,
        $.test_declaration,
        $.import_declaration,
        $.extension_declaration,
        $.extension_config_assignment,
        $.using_declaration,
        $.extends_declaration,
      ),

    // Decorators

    decorator: ($) =>
      seq(
        '@',
        field('expression', choice($.identifier, $.call_expression, $.member_expression, $.method_call_expression)),
      ),

    // Declarations

    target_scope_declaration: ($) => seq(decorators($), 'targetScope', '=', field('value', $._expression)),

    metadata_declaration: ($) =>
      seq(decorators($), 'metadata', field('name', $.identifier), '=', field('value', $._expression)),

    parameter_declaration: ($) =>
      seq(
        decorators($),
        'param',
        field('name', $.identifier),
        field('type', choice($._type, $.resource_type)),
        optional(seq('=', field('value', $._expression))),
      ),

    // In parameter files. Without a value where `@inline()` says that the command line gives it.
    parameter_assignment: ($) =>
      seq(decorators($), 'param', field('name', $.identifier), optional(seq('=', field('value', $._expression)))),

    variable_declaration: ($) =>
      seq(
        decorators($),
        'var',
        field('name', $.identifier),
        optional(field('type', choice($._type, $.resource_type))),
        '=',
        field('value', $._expression),
      ),

    type_declaration: ($) =>
      seq(decorators($), 'type', field('name', $.identifier), '=', field('type', choice($._type, $.resource_type))),

    function_declaration: ($) =>
      seq(
        decorators($),
        'func',
        field('name', $.identifier),
        field('parameters', $.function_parameters),
        field('return_type', choice($._type, $.resource_type)),
        '=>',
        repeat($._newline),
        field('body', $._expression),
      ),

    function_parameters: ($) =>
      seq(
        '(',
        repeat($._newline),
        optional(
          seq(
            $.function_parameter,
            repeat(seq(repeat($._newline), ',', repeat($._newline), $.function_parameter)),
            optional(seq(repeat($._newline), ',')),
            repeat($._newline),
          ),
        ),
        ')',
      ),

    function_parameter: ($) => seq(field('name', $.identifier), field('type', choice($._type, $.resource_type))),

    resource_declaration: ($) =>
      seq(
        decorators($),
        'resource',
        field('name', $.identifier),
        field('type', $._string),
        optional(field('existing', 'existing')),
        '=',
        repeat($._newline),
        field('value', $._resource_body),
      ),

    module_declaration: ($) =>
      seq(
        decorators($),
        'module',
        field('name', $.identifier),
        field('path', $._string),
        '=',
        repeat($._newline),
        field('value', $._resource_body),
      ),

    _resource_body: ($) => choice($.object, $.condition, $.for_expression),

    condition: ($) => seq('if', field('condition', $.parenthesized_expression), field('body', $.object)),

    output_declaration: ($) =>
      seq(
        decorators($),
        'output',
        field('name', $.identifier),
        field('type', choice($._type, $.resource_type)),
        '=',
        field('value', $._expression),
      ),

    assert_declaration: ($) =>
      seq(decorators($), 'assert', field('name', $.identifier), '=', field('value', $._expression)),

    test_declaration: ($) =>
      seq(
        decorators($),
        'test',
        field('name', $.identifier),
        field('path', $._string),
        '=',
        field('value', $.object),
      ),

    import_declaration: ($) =>
      seq(
        decorators($),
        'import',
        choice(field('symbols', $.imported_symbols), $._wildcard_import),
        'from',
        field('path', $._string),
      ),

    imported_symbols: ($) => seq('{', items($, $.imported_symbol), '}'),

    imported_symbol: ($) =>
      seq(field('name', choice($.identifier, $._string)), optional(seq('as', field('alias', $.identifier)))),

    _wildcard_import: ($) => seq(field('wildcard', '*'), 'as', field('alias', $.identifier)),

    // `provider` and `import '…'` are the former spellings of `extension`.
    extension_declaration: ($) =>
      seq(
        decorators($),
        choice(
          seq(choice('extension', 'provider'), field('specification', choice($._string, $.identifier))),
          seq('import', field('specification', $._string)),
        ),
        optional(seq('with', field('config', $._expression))),
        optional(seq('as', field('alias', $.identifier))),
      ),

    // In parameter files.
    extension_config_assignment: ($) =>
      seq(
        decorators($),
        'extensionConfig',
        field('name', $.identifier),
        optional(seq('with', field('config', $._expression))),
      ),

    // In parameter files.
    using_declaration: ($) =>
      seq(
        decorators($),
        'using',
        field('path', choice($._string, $.none)),
        optional(seq('with', field('config', $._expression))),
      ),

    none: (_) => 'none',

    // In parameter files.
    extends_declaration: ($) => seq(decorators($), 'extends', field('path', $._string)),

    // Expressions

    _expression: ($) =>
      choice(
        $.ternary_expression,
        $.binary_expression,
        $.unary_expression,
        $.member_expression,
        $.method_call_expression,
        $.index_expression,
        $.resource_access_expression,
        $.non_null_expression,
        $.call_expression,
        $.lambda_expression,
        $.parenthesized_expression,
        $.object,
        $.array,
        $.for_expression,
        $.string,
        $.multiline_string,
        $.integer,
        $.boolean,
        $.null,
        $.identifier,
      ),

    ternary_expression: ($) =>
      prec.right(
        PREC.ternary,
        seq(
          field('condition', $._expression),
          '?',
          field('consequence', $._expression),
          ':',
          field('alternative', $._expression),
        ),
      ),

    binary_expression: ($) =>
      choice(
        ...[
          ['??', PREC.coalesce],
          ['||', PREC.or],
          ['&&', PREC.and],
          ['==', PREC.equality],
          ['!=', PREC.equality],
          ['=~', PREC.equality],
          ['!~', PREC.equality],
          ['<', PREC.comparison],
          ['<=', PREC.comparison],
          ['>', PREC.comparison],
          ['>=', PREC.comparison],
          ['+', PREC.addition],
          ['-', PREC.addition],
          ['*', PREC.multiplication],
          ['/', PREC.multiplication],
          ['%', PREC.multiplication],
        ].map(([operator, precedence]) =>
          prec.left(
            precedence,
            seq(field('left', $._expression), field('operator', operator), field('right', $._expression)),
          ),
        ),
      ),

    unary_expression: ($) =>
      prec(PREC.unary, seq(field('operator', choice('!', '-')), field('operand', $._expression))),

    member_expression: ($) =>
      prec(
        PREC.postfix,
        seq(field('object', $._expression), '.', optional(field('safe', '?')), field('property', $.identifier)),
      ),

    method_call_expression: ($) =>
      prec(
        PREC.postfix,
        seq(field('object', $._expression), '.', field('function', $.identifier), field('arguments', $.arguments)),
      ),

    index_expression: ($) =>
      prec(
        PREC.postfix,
        seq(
          field('object', $._expression),
          '[',
          optional(field('safe', '?')),
          optional(field('from_end', '^')),
          field('index', $._expression),
          ']',
        ),
      ),

    // A nested resource of a resource: `parent::child`.
    resource_access_expression: ($) =>
      prec(PREC.postfix, seq(field('object', $._expression), '::', field('name', $.identifier))),

    non_null_expression: ($) => prec(PREC.postfix, seq(field('operand', $._expression), '!')),

    call_expression: ($) => seq(field('function', $.identifier), field('arguments', $.arguments)),

    arguments: ($) => seq('(', argumentList($, $._expression), ')'),

    lambda_expression: ($) =>
      prec.right(
        PREC.lambda,
        seq(
          choice(field('parameter', $.identifier), $._lambda_parameters),
          '=>',
          repeat($._newline),
          field('body', $._expression),
        ),
      ),

    // The scanner gives `_lambda_open` for a `(` whose list of names has `=>` behind it: so no ambiguity is left here.
    _lambda_parameters: ($) =>
      seq(
        alias($._lambda_open, '('),
        repeat($._newline),
        optional(
          seq(
            field('parameter', $.identifier),
            repeat($._newline),
            repeat(seq(',', repeat($._newline), field('parameter', $.identifier), repeat($._newline))),
            optional(seq(',', repeat($._newline))),
          ),
        ),
        ')',
      ),

    parenthesized_expression: ($) =>
      seq('(', repeat($._newline), field('expression', $._expression), repeat($._newline), ')'),

    array: ($) => seq('[', items($, choice($._expression, $.spread)), ']'),

    spread: ($) => seq('...', field('value', $._expression)),

    for_expression: ($) =>
      seq(
        '[',
        repeat($._newline),
        $._for_header,
        field('body', choice($._expression, $.condition)),
        repeat($._newline),
        ']',
      ),

    _for_header: ($) =>
      seq(
        'for',
        choice(
          field('item', $.identifier),
          seq('(', field('item', $.identifier), ',', field('index', $.identifier), ')'),
        ),
        'in',
        field('iterable', $._expression),
        ':',
      ),

    object: ($) => seq('{', items($, choice($.property, $.spread, $.resource_declaration)), '}'),

    property: ($) => seq(field('name', $._property_name), ':', field('value', $._expression)),

    _property_name: ($) => choice($.identifier, alias('resource', $.identifier), $._string),

    // Strings

    _string: ($) => choice($.string, $.multiline_string),

    string: ($) =>
      seq(
        "'",
        repeat(choice(alias($._string_content, $.string_content), $.escape_sequence, $.interpolation)),
        token.immediate("'"),
      ),

    // Any character may follow the backslash: a wrong escape is told by its own message, not by a broken tree.
    escape_sequence: (_) => token.immediate(/\\(u\{[0-9A-Fa-f]*\}|[^\r\n])/),

    interpolation: ($) => seq(token.immediate('${'), field('expression', $._expression), '}'),

    multiline_string: ($) =>
      seq(
        field('start', $.multiline_string_start),
        repeat(
          choice(
            alias($._multiline_string_content, $.string_content),
            alias($.multiline_interpolation, $.interpolation),
          ),
        ),
        field('end', $.multiline_string_end),
      ),

    multiline_interpolation: ($) =>
      seq(
        $._multiline_interpolation_start,
        repeat($._newline),
        field('expression', $._expression),
        repeat($._newline),
        '}',
      ),

    // Types

    _type: ($) => choice($.union_type, $._single_type),

    _single_type: ($) =>
      choice(
        $.nullable_type,
        $.non_nullable_type,
        $.array_type,
        $.member_type,
        $.item_type,
        $.index_type,
        $.additional_properties_member_type,
        $.parameterized_type,
        $.parenthesized_type,
        $.object_type,
        $.tuple_type,
        $.negated_type,
        $.string,
        $.multiline_string,
        $.integer,
        $.boolean,
        $.null,
        $.identifier,
      ),

    union_type: ($) =>
      choice(
        seq(repeat1(seq('|', field('member', $._single_type)))),
        seq(field('member', $._single_type), repeat1(seq('|', field('member', $._single_type)))),
      ),

    nullable_type: ($) => prec(2, seq(field('type', $._single_type), '?')),

    non_nullable_type: ($) => prec(2, seq(field('type', $._single_type), '!')),

    negated_type: ($) => prec(3, seq(field('operator', choice('-', '!')), field('operand', $._single_type))),

    array_type: ($) => prec(4, seq(field('item', $._single_type), '[', ']')),

    // `T[*]`, the type of the items of an array.
    item_type: ($) => prec(4, seq(field('object', $._single_type), '[', '*', ']')),

    // `T[0]`, the type of one item of a tuple.
    index_type: ($) => prec(4, seq(field('object', $._single_type), '[', field('index', $._expression), ']')),

    member_type: ($) => prec(4, seq(field('object', $._single_type), '.', field('property', $._type_name))),

    // `T.*`, the type of the values of a dictionary.
    additional_properties_member_type: ($) => prec(4, seq(field('object', $._single_type), '.', '*')),

    parameterized_type: ($) =>
      prec(
        4,
        seq(
          optional(seq(field('object', $._single_type), '.')),
          field('name', $._type_name),
          field('arguments', $.type_arguments),
        ),
      ),

    _type_name: ($) => choice($.identifier, alias('resource', $.identifier)),

    type_arguments: ($) => seq('<', argumentList($, $._type), '>'),

    // `resource 'Type@version'`, an experimental type of parameters and outputs.
    resource_type: ($) => prec.right(seq('resource', optional(field('type', $._string)))),

    parenthesized_type: ($) => seq('(', repeat($._newline), field('type', $._type), repeat($._newline), ')'),

    object_type: ($) => seq('{', items($, choice($.property_type, $.additional_properties_type)), '}'),

    property_type: ($) =>
      seq(decorators($), field('name', choice($.identifier, $._string)), ':', field('type', $._type)),

    additional_properties_type: ($) => seq(decorators($), '*', ':', field('type', $._type)),

    tuple_type: ($) => seq('[', items($, $.tuple_item), ']'),

    tuple_item: ($) => seq(decorators($), field('type', $._type)),

    // Tokens

    _item_separator: ($) => choice(newlines($), seq(',', repeat($._newline))),

    identifier: (_) => /[A-Za-z_][A-Za-z0-9_]*/,

    integer: (_) => /[0-9]+/,

    boolean: (_) => choice('true', 'false'),

    null: (_) => 'null',
  },
});
