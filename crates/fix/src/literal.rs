//! Rewrites a literal value.

use cmklint_graph::Literal;

use crate::language::Language;

/// The literal with the value `to` that replaces `written`, whose value is `from`; a string stays a string. `None` where `written` is not one plain literal.
pub(crate) fn rewritten(written: &str, language: Language, from: &Literal, to: &Literal) -> Option<String> {
    let is_text = written.starts_with(['"', '\'']);
    let same = if is_text { language.quoted(&plain(from)) } else { language.literal(from) };
    if !written.eq_ignore_ascii_case(&same) {
        return None;
    }
    Some(if is_text { language.quoted(&plain(to)) } else { language.literal(to) })
}

/// The text of a value, as it is within a string.
fn plain(value: &Literal) -> String {
    match value {
        Literal::String(text) => text.to_string(),
        other => Language::Json.literal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(written: &str, language: Language, from: impl Into<Literal>, to: impl Into<Literal>) -> Option<String> {
        rewritten(written, language, &from.into(), &to.into())
    }

    #[test]
    fn a_literal_stays_of_its_kind() {
        assert_eq!(to("1024", Language::Hcl, 1024, 2048).as_deref(), Some("2048"));
        assert_eq!(to("\"1024\"", Language::Hcl, 1024, 2048).as_deref(), Some("\"2048\""));
        assert_eq!(to("'standard'", Language::Bicep, "standard", "premium").as_deref(), Some("'premium'"));
        assert_eq!(to("\"Standard\"", Language::Json, "standard", "premium").as_deref(), Some("\"premium\""));
        assert_eq!(to("false", Language::Json, false, true).as_deref(), Some("true"));
    }

    #[test]
    fn what_is_not_one_literal_is_left_alone() {
        assert_eq!(to("\"${var.a}-EC\"", Language::Hcl, "EC", "RSA"), None);
        assert_eq!(to("512 * 2", Language::Hcl, 1024, 2048), None);
        assert_eq!(to("<<EOT\nEC\nEOT", Language::Hcl, "EC\n", "RSA"), None);
    }
}
