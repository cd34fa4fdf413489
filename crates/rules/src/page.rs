//! A rule's page (`rules/ID/rule.md`), parsed for `explain` and for reports.

/// A page: `# ID name`, one sentence, and sections headed `## Title`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<'a> {
    /// The words after `#`: `CMK001 key_type`.
    pub title: &'a str,
    /// The sentence below the title.
    pub summary: &'a str,
    /// The sections, in order.
    pub sections: Vec<Section<'a>>,
    /// Everything after the summary, as it is in the file.
    pub body: &'a str,
}

/// A section of a [`Page`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'a> {
    /// The words after `##`.
    pub title: &'a str,
    /// Its text, as it is in the file, without blank lines around it.
    pub body: &'a str,
}

impl<'a> Page<'a> {
    /// Parses `text`. Parts that the page lacks are empty.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let (head, body) = match find_heading(text) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let (title, summary) = match head.trim_start().strip_prefix("# ") {
            Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
            None => ("", head),
        };
        let mut sections = Vec::new();
        let mut rest = body;
        while let Some(section) = rest.strip_prefix("## ") {
            let end = find_heading(section).unwrap_or(section.len());
            let (section, after) = section.split_at(end);
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            sections.push(Section { title: title.trim(), body: body.trim() });
            rest = after;
        }
        Self { title: title.trim(), summary: summary.trim(), sections, body: body.trim() }
    }

    /// The text of the section `title`; empty where there is none.
    #[must_use]
    pub fn section(&self, title: &str) -> &'a str {
        self.sections.iter().find(|s| s.title.eq_ignore_ascii_case(title)).map_or("", |s| s.body)
    }
}

/// The position of the first `## ` at the beginning of a line, outside of fenced code.
fn find_heading(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if !fenced && line.starts_with("## ") {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart() {
        let page = Page::parse(
            "# CMK001 key_type\n\nA sentence.\n\n## Why\nBecause.\n\n```\n## no heading\n```\n\n## Source\nS1\n",
        );
        assert_eq!(page.title, "CMK001 key_type");
        assert_eq!(page.summary, "A sentence.");
        assert_eq!(page.sections.len(), 2);
        assert_eq!(page.section("why"), "Because.\n\n```\n## no heading\n```");
        assert_eq!(page.section("Source"), "S1");
        assert!(page.body.starts_with("## Why"));
    }

    #[test]
    fn a_page_that_is_none_has_empty_parts() {
        assert_eq!(Page::parse(""), Page { title: "", summary: "", sections: Vec::new(), body: "" });
        assert_eq!(Page::parse("words").summary, "words");
    }

    #[test]
    fn each_rules_page_has_the_sections_that_explain_shows() {
        for rule in crate::RULES {
            let meta = rule.meta();
            let page = Page::parse(meta.page);
            assert_eq!(page.title, format!("{} {}", meta.id, meta.name));
            assert!((1..=1000).contains(&page.summary.len()), "{}: {}", meta.id, page.summary.len());
            let titles: Vec<&str> = page.sections.iter().map(|s| s.title).collect();
            assert_eq!(
                titles,
                ["What it reports", "Why", "What fails", "How to put it right", "Editions", "Source", "Example"],
                "{}",
                meta.id
            );
            let fails = page.section("What fails");
            for point in ["- What: ", "- When: ", "- How bad: ", "- Once it is deployed: "] {
                assert_eq!(fails.matches(point).count(), 1, "{}: {point}", meta.id);
            }
        }
    }
}
