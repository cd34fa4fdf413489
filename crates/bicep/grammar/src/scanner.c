// What the generated lexer cannot tell by itself:
// - whether a line break ends something, or the expression goes on behind it (`?`, `:`, `|`);
// - whether `(` opens the parameters of a lambda or a parenthesised expression;
// - the text of strings, with the number of `$` that opens a hole of a multi-line string.
//
// Cost: every look-ahead is either bounded by what the token itself holds, or remembered in the state (`runs_left`),
// so that the whole scan is linear in the input.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

#include <string.h>

enum Token {
  NEWLINE,
  LINE_CONTINUATION,
  END_OF_FILE,
  COMMENT,
  DIRECTIVE,
  STRING_CONTENT,
  LAMBDA_OPEN,
  MULTILINE_STRING_START,
  MULTILINE_STRING_CONTENT,
  MULTILINE_INTERPOLATION_START,
  MULTILINE_STRING_END,
  ERROR_SENTINEL,
};

#define MAX_OPEN_STRINGS 255
#define MAX_DOLLARS 255

typedef struct {
  // Line breaks that lie ahead before the next significant character, and what they are.
  uint32_t runs_left;
  bool runs_continue;
  // Characters ahead in a row of quotes or `$` that are text of the innermost open string.
  uint32_t literal_left;
  // The open multi-line strings, outermost first: how many `$` open a hole in each (0: none does).
  uint8_t open_strings;
  uint8_t dollars[MAX_OPEN_STRINGS];
} Scanner;

static inline void advance(TSLexer *lexer) { lexer->advance(lexer, false); }

static inline void skip(TSLexer *lexer) { lexer->advance(lexer, true); }

static inline bool is_line_break(int32_t c) { return c == '\n' || c == '\r'; }

static inline bool is_blank(int32_t c) { return c == ' ' || c == '\t'; }

static inline bool is_name_start(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool is_name_part(int32_t c) { return is_name_start(c) || (c >= '0' && c <= '9'); }

static inline bool at_end(TSLexer *lexer) { return lexer->eof(lexer); }

static void pass_line(TSLexer *lexer) {
  while (!at_end(lexer) && !is_line_break(lexer->lookahead)) advance(lexer);
}

// Behind `/*`. False when the end of the file came first.
static bool pass_block_comment(TSLexer *lexer) {
  while (!at_end(lexer)) {
    if (lexer->lookahead == '*') {
      advance(lexer);
      if (lexer->lookahead == '/') {
        advance(lexer);
        return true;
      }
    } else {
      advance(lexer);
    }
  }
  return false;
}

// At `/`. True when it opened a comment, which then is passed.
static bool pass_comment(TSLexer *lexer) {
  advance(lexer);
  if (lexer->lookahead == '/') {
    pass_line(lexer);
    return true;
  }
  if (lexer->lookahead == '*') {
    advance(lexer);
    pass_block_comment(lexer);
    return true;
  }
  return false;
}

// At `#`. True when it opened one of the directives, which then is passed: to the end of the line or to a comment.
static bool pass_directive(TSLexer *lexer, bool mark) {
  static const char *const names[] = {"disable-next-line", "disable-diagnostics", "restore-diagnostics"};
  char name[24];
  unsigned length = 0;
  advance(lexer);
  while ((is_name_part(lexer->lookahead) || lexer->lookahead == '-') && length < sizeof(name) - 1) {
    name[length++] = (char)lexer->lookahead;
    advance(lexer);
  }
  name[length] = 0;
  bool known = false;
  for (unsigned i = 0; i < 3; i++) known = known || strcmp(name, names[i]) == 0;
  if (!known) return false;
  if (mark) lexer->mark_end(lexer);
  while (!at_end(lexer) && !is_line_break(lexer->lookahead)) {
    if (lexer->lookahead == '/') {
      advance(lexer);
      if (lexer->lookahead == '/' || lexer->lookahead == '*') {
        // The comment is a token of its own; a look-ahead has to pass it here.
        if (mark) return true;
        if (lexer->lookahead == '/') {
          pass_line(lexer);
        } else {
          advance(lexer);
          pass_block_comment(lexer);
        }
        return true;
      }
    } else {
      advance(lexer);
    }
    if (mark) lexer->mark_end(lexer);
  }
  return true;
}

// At a line break. Passes it with the blank lines behind it; what is marked ends with the last line break.
static void pass_line_breaks(TSLexer *lexer, bool mark) {
  while (is_line_break(lexer->lookahead)) {
    while (is_line_break(lexer->lookahead)) advance(lexer);
    if (mark) lexer->mark_end(lexer);
    while (is_blank(lexer->lookahead)) advance(lexer);
  }
}

// Behind line breaks: counts the further ones up to the next significant character, and looks whether that one lets
// the expression in front of the line breaks go on.
static void look_past_line_breaks(Scanner *scanner, TSLexer *lexer) {
  uint32_t runs = 0;
  for (;;) {
    while (is_blank(lexer->lookahead)) advance(lexer);
    if (is_line_break(lexer->lookahead)) {
      pass_line_breaks(lexer, false);
      runs++;
    } else if (lexer->lookahead == '/') {
      if (!pass_comment(lexer)) break;
    } else if (lexer->lookahead == '#') {
      if (!pass_directive(lexer, false)) break;
    } else {
      break;
    }
  }
  scanner->runs_left = runs;
  scanner->runs_continue = false;
  int32_t c = lexer->lookahead;
  if (!at_end(lexer) && (c == '?' || c == ':' || c == '|')) {
    advance(lexer);
    scanner->runs_continue = lexer->lookahead != c;
  }
}

static bool scan_line_breaks(Scanner *scanner, TSLexer *lexer) {
  pass_line_breaks(lexer, true);
  if (scanner->runs_left > 0) {
    scanner->runs_left--;
  } else {
    look_past_line_breaks(scanner, lexer);
  }
  lexer->result_symbol = scanner->runs_continue ? LINE_CONTINUATION : NEWLINE;
  return true;
}

// At `(`. A lambda's parameters are names, commas and trivia up to `)`, and `=>` follows in the same line.
static bool scan_lambda_open(TSLexer *lexer) {
  advance(lexer);
  lexer->mark_end(lexer);
  lexer->result_symbol = LAMBDA_OPEN;
  bool closed = false;
  while (!at_end(lexer)) {
    int32_t c = lexer->lookahead;
    if (is_blank(c)) {
      advance(lexer);
    } else if (c == '/') {
      if (!pass_comment(lexer)) return false;
    } else if (closed) {
      if (c != '=') return false;
      advance(lexer);
      return lexer->lookahead == '>';
    } else if (is_name_part(c) || c == ',' || is_line_break(c)) {
      advance(lexer);
    } else if (c == ')') {
      closed = true;
      advance(lexer);
    } else {
      return false;
    }
  }
  return false;
}

// Between the quotes of a string, up to the quote, a backslash, a hole or the end of the line.
static bool scan_string_content(TSLexer *lexer) {
  bool any = false;
  lexer->result_symbol = STRING_CONTENT;
  while (!at_end(lexer)) {
    int32_t c = lexer->lookahead;
    if (c == '\'' || c == '\\' || is_line_break(c)) break;
    if (c == '$') {
      lexer->mark_end(lexer);
      advance(lexer);
      if (lexer->lookahead == '{') return any;
    } else {
      advance(lexer);
    }
    any = true;
  }
  lexer->mark_end(lexer);
  return any;
}

// At `'` or `$`.
static bool scan_multiline_start(Scanner *scanner, TSLexer *lexer) {
  unsigned dollars = 0;
  while (lexer->lookahead == '$' && dollars < MAX_DOLLARS) {
    dollars++;
    advance(lexer);
  }
  for (unsigned i = 0; i < 3; i++) {
    if (lexer->lookahead != '\'') return false;
    advance(lexer);
  }
  if (scanner->open_strings >= MAX_OPEN_STRINGS) return false;
  scanner->dollars[scanner->open_strings++] = (uint8_t)dollars;
  lexer->mark_end(lexer);
  lexer->result_symbol = MULTILINE_STRING_START;
  return true;
}

// Inside a multi-line string: its text, or else the hole or the end that comes next.
//
// A row of quotes ends the string with its last three, and a row of `$` in front of `{` opens a hole with its last ones:
// those before belong to the text. Their number is known only behind the row, so the state keeps it for the next call.
static bool scan_multiline(Scanner *scanner, TSLexer *lexer) {
  unsigned dollars = scanner->dollars[scanner->open_strings - 1];
  bool any = false;
  lexer->result_symbol = MULTILINE_STRING_CONTENT;
  if (scanner->literal_left > 0) {
    for (; scanner->literal_left > 0 && !at_end(lexer); scanner->literal_left--) advance(lexer);
    scanner->literal_left = 0;
    lexer->mark_end(lexer);
    return true;
  }
  while (!at_end(lexer)) {
    int32_t c = lexer->lookahead;
    if (c != '\'' && (c != '$' || dollars == 0)) {
      advance(lexer);
      any = true;
      continue;
    }
    uint32_t needed = c == '$' ? dollars : 3;
    uint32_t row = 1;
    if (any) lexer->mark_end(lexer);
    advance(lexer);
    if (!any) lexer->mark_end(lexer);
    for (; lexer->lookahead == c && !at_end(lexer); row++) advance(lexer);
    if (row < needed || (c == '$' && lexer->lookahead != '{')) {
      any = true;
      continue;
    }
    if (any || row > needed) {
      scanner->literal_left = row - needed - (any ? 0 : 1);
      return true;
    }
    if (c == '$') {
      advance(lexer);
      lexer->result_symbol = MULTILINE_INTERPOLATION_START;
    } else {
      scanner->open_strings--;
      lexer->result_symbol = MULTILINE_STRING_END;
    }
    lexer->mark_end(lexer);
    return true;
  }
  lexer->mark_end(lexer);
  return any;
}

bool tree_sitter_bicep_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *scanner = payload;
  bool recovering = valid[ERROR_SENTINEL];

  if (!recovering) {
    if (valid[STRING_CONTENT]) return scan_string_content(lexer);
    if (valid[MULTILINE_STRING_CONTENT] && scanner->open_strings > 0) return scan_multiline(scanner, lexer);
  }

  while (is_blank(lexer->lookahead)) skip(lexer);

  switch (lexer->lookahead) {
    case '\n':
    case '\r':
      return scan_line_breaks(scanner, lexer);
    case '/':
      lexer->result_symbol = COMMENT;
      if (!pass_comment(lexer)) return false;
      lexer->mark_end(lexer);
      return true;
    case '#':
      lexer->result_symbol = DIRECTIVE;
      return pass_directive(lexer, true);
    case '(':
      return valid[LAMBDA_OPEN] && !recovering && scan_lambda_open(lexer);
    case '\'':
    case '$':
      return valid[MULTILINE_STRING_START] && scan_multiline_start(scanner, lexer);
    case 0:
      // Also where the file ends behind a comment: every declaration is closed by something.
      if (at_end(lexer) && valid[END_OF_FILE] && !recovering) {
        lexer->result_symbol = END_OF_FILE;
        lexer->mark_end(lexer);
        return true;
      }
      return false;
    default:
      return false;
  }
}

void *tree_sitter_bicep_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_bicep_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_bicep_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *scanner = payload;
  if (scanner->runs_left == 0 && scanner->literal_left == 0 && scanner->open_strings == 0) return 0;
  unsigned size = 0;
  memcpy(buffer + size, &scanner->runs_left, sizeof(uint32_t));
  size += sizeof(uint32_t);
  memcpy(buffer + size, &scanner->literal_left, sizeof(uint32_t));
  size += sizeof(uint32_t);
  buffer[size++] = (char)scanner->runs_continue;
  buffer[size++] = (char)scanner->open_strings;
  memcpy(buffer + size, scanner->dollars, scanner->open_strings);
  return size + scanner->open_strings;
}

void tree_sitter_bicep_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->runs_left = 0;
  scanner->literal_left = 0;
  scanner->runs_continue = false;
  scanner->open_strings = 0;
  const unsigned head = 2 * sizeof(uint32_t) + 2;
  if (length < head) return;
  memcpy(&scanner->runs_left, buffer, sizeof(uint32_t));
  memcpy(&scanner->literal_left, buffer + sizeof(uint32_t), sizeof(uint32_t));
  scanner->runs_continue = buffer[2 * sizeof(uint32_t)] != 0;
  scanner->open_strings = (uint8_t)buffer[2 * sizeof(uint32_t) + 1];
  if (scanner->open_strings > length - head) scanner->open_strings = (uint8_t)(length - head);
  memcpy(scanner->dollars, buffer + head, scanner->open_strings);
}
