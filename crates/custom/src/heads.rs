//! Mends what regorus makes of a rule whose head has an expression that is undefined for one case of the body (`deny contains {"at": v.nothing} if { some v in … }`): it forgets the
//! cases before, or ends with an error, where Rego leaves out that case alone. The expression is moved into the body: `deny contains x if { some v in …; x := {"at": v.nothing} }`.

use regorus::unstable::{Expr, Module, Parser, Query, Ref, Rule, RuleAssign, RuleBody, RuleHead, Source, Span};

/// A file of rules whose heads are variables, and from which line of the file each of its lines is, from 0.
pub(crate) struct Mended {
    pub(crate) text: String,
    lines: Vec<u32>,
}

impl Mended {
    /// The file with that text. One that can't be read stays as it is: its errors are told when it is evaluated.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mended = Self::of(text, rewritten(path, text).unwrap_or_default());
        if parsed(path, &mended.text).is_ok() { mended } else { Self::of(text, Vec::new()) }
    }

    fn of(text: &str, rules: Vec<Rewritten>) -> Self {
        let mut out = Self { text: String::new(), lines: Vec::new() };
        let mut done = 0;
        for (from, to, parts) in rules {
            out.push(text, done, from);
            for part in parts {
                match part {
                    Part::Kept(from, to) => out.push(text, from, to),
                    Part::Made(made) => out.text.push_str(&made),
                    Part::Lines(count, at) => (0..count).for_each(|n| out.line_break(line_of(text, at) + n)),
                }
            }
            done = to;
        }
        out.push(text, done, text.len());
        out
    }

    /// The line of the file, from 1, from which the line `line` of the mended text is.
    pub(crate) fn line(&self, line: u32) -> u32 {
        let index = usize::try_from(line).unwrap_or_default();
        // The first line is that of the file; each other one is known by the line break before it.
        let before = index.checked_sub(2).and_then(|index| self.lines.get(index));
        before.map_or(line.min(1), |line| line + 2)
    }

    fn push(&mut self, text: &str, from: usize, to: usize) {
        let part = text.get(from..to).unwrap_or_default();
        let first = line_of(text, from);
        for (number, piece) in (0_u32..).zip(part.split('\n')) {
            if number > 0 {
                self.line_break(first + number - 1);
            }
            self.text.push_str(piece);
        }
    }

    /// The line break that ends the line `line` of the file, from 0.
    fn line_break(&mut self, line: u32) {
        self.text.push('\n');
        self.lines.push(line);
    }
}

/// A part of a rule that is written anew.
enum Part {
    /// The text of the file between these places.
    Kept(usize, usize),
    /// Text that is not in the file.
    Made(String),
    /// So many line breaks, in place of what was at this place.
    Lines(u32, usize),
}

/// A rule's place in the file, and what stands there instead.
type Rewritten = (usize, usize, Vec<Part>);

fn line_of(text: &str, at: usize) -> u32 {
    let breaks = text.get(..at).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(breaks).unwrap_or(u32::MAX)
}

fn parsed(path: &str, text: &str) -> anyhow::Result<Module> {
    let source = Source::from_contents(path.to_owned(), text.to_owned())?;
    let mut parser = Parser::new(&source)?;
    parser.enable_rego_v1()?;
    parser.parse()
}

fn rewritten(path: &str, text: &str) -> anyhow::Result<Vec<Rewritten>> {
    let module = parsed(path, text)?;
    let mut variable = "cmklint_element".to_owned();
    while text.contains(&variable) {
        variable.push('_');
    }
    Ok(module.policy.iter().filter_map(|rule| of_rule(rule, text, &variable)).collect())
}

/// The rule with its head's expression in the body, where it has one that may be undefined, and one body.
fn of_rule(rule: &Rule, text: &str, variable: &str) -> Option<Rewritten> {
    let Rule::Spec { head, bodies, .. } = rule else { return None };
    // The spans of expressions don't all begin where these do.
    let (head_span, made, from) = match head {
        RuleHead::Set { span, key, .. } => (span, key.as_ref()?, after_contains(text, place(span))?),
        RuleHead::Compr { span, assign, .. } | RuleHead::Func { span, assign, .. } => {
            let RuleAssign { value, span: sign, .. } = assign.as_ref()?;
            (span, value, after_sign(text, place(sign).0)?)
        }
    };
    let [RuleBody { span: body, query, .. }] = &bodies[..] else { return None };
    if is_always_there(made) {
        return None;
    }
    let to = place(head_span).1;
    let ((_, body_end), inner) = (place(body), inside(query, text)?);
    let breaks = line_of(text, to) - line_of(text, from);
    let parts = vec![
        Part::Made(variable.to_owned()),
        Part::Lines(breaks, from),
        Part::Made(" if {".to_owned()),
        Part::Kept(inner.0, inner.1),
        Part::Made(format!("; {variable} := ")),
        Part::Kept(from, to),
        Part::Made(" }".to_owned()),
    ];
    (from < to && to < inner.0 && inner.0 < inner.1 && inner.1 <= body_end).then_some((from, body_end, parts))
}

/// Where what follows `contains` begins, in the head between these places.
fn after_contains(text: &str, (from, to): (usize, usize)) -> Option<usize> {
    let head = text.get(from..to)?;
    let is_word = |at: &usize| {
        let (before, after) = (head.get(..*at).unwrap_or(""), head.get(at + "contains".len()..).unwrap_or(""));
        before.ends_with(char::is_whitespace) && after.starts_with(|c: char| !c.is_alphanumeric() && c != '_')
    };
    let at = head.match_indices("contains").map(|(at, _)| at).find(is_word)? + "contains".len();
    Some(from + at + blanks(head.get(at..)?))
}

/// Where what follows the sign `:=` or `=` at this place begins.
fn after_sign(text: &str, at: usize) -> Option<usize> {
    let sign = text.get(at..)?;
    let rest = sign.strip_prefix(":=").or_else(|| sign.strip_prefix('='))?;
    Some(text.len() - rest.len() + blanks(rest))
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// A variable is bound in the body, and a literal is what it is.
fn is_always_there(expression: &Ref<Expr>) -> bool {
    matches!(
        &**expression,
        Expr::Var { .. }
            | Expr::String { .. }
            | Expr::RawString { .. }
            | Expr::Number { .. }
            | Expr::Bool { .. }
            | Expr::Null { .. }
    )
}

/// What is between the braces of a body, or the one statement of a body without braces.
fn inside(query: &Query, text: &str) -> Option<(usize, usize)> {
    let (from, to) = place(&query.span);
    let first = place(&query.stmts.first()?.span).0;
    if first == from {
        return Some((from, to));
    }
    let block = text.get(from..to)?;
    (block.starts_with('{') && block.ends_with('}')).then_some((from + 1, to - 1))
}

fn place(span: &Span) -> (usize, usize) {
    let place = |at: u32| usize::try_from(at).unwrap_or_default();
    (place(span.start), place(span.end))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_of_a_head_goes_into_the_body_and_lines_stay_known() {
        let text = "package p\n\ndeny contains {\n\t\"a\": v.x,\n} if {\n\tsome v in input.a # all\n}\n\nf(v) := v.x if v.y\nlast := 1\n";
        let mended = Mended::new("r.rego", text);
        assert_eq!(
            mended.text,
            "package p\n\ndeny contains cmklint_element\n\n if {\n\tsome v in input.a # all\n; cmklint_element := {\n\t\"a\": v.x,\n} }\n\nf(v) := cmklint_element if {v.y; cmklint_element := v.x }\nlast := 1\n"
        );
        let line =
            |words: &str| u32::try_from(mended.text.lines().position(|l| l.contains(words)).unwrap()).unwrap() + 1;
        assert_eq!(mended.line(line("package")), 1);
        assert_eq!(mended.line(line("some v")), 6);
        assert_eq!(mended.line(line("\"a\"")), 4);
        assert_eq!(mended.line(line("f(v)")), 9);
        assert_eq!(mended.line(line("last")), 10);
    }

    #[test]
    fn each_rule_of_a_file_is_mended() {
        let text = "package p\n\ndeny contains [r.n, c.text] if {\n\tsome r in all\n}\n\nall contains {\"n\": n, \"of\": r} if some n, r in input.a\n";
        assert_eq!(
            Mended::new("r.rego", text).text,
            "package p\n\ndeny contains cmklint_element if {\n\tsome r in all\n; cmklint_element := [r.n, c.text] }\n\nall contains cmklint_element if {some n, r in input.a; cmklint_element := {\"n\": n, \"of\": r} }\n"
        );
    }

    #[test]
    fn what_needs_no_change_or_is_no_rego_stays_as_it_is() {
        for text in [
            "package p\n\ndeny contains x if some x in input.a\n",
            "package p\n\ndeny contains \"x\" if true\n",
            "package p\n\nf(v) := v.a if { v.b } else := v.c\n",
            "package p\n\ndeny contains {\n",
            "",
        ] {
            assert_eq!(Mended::new("r.rego", text).text, text);
        }
    }
}
