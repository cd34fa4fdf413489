//! XML, whose elements and attributes are our own and whose texts are untrusted.

use std::io;

use crate::untrusted::Untrusted;

/// Writes elements, indented, one a line.
pub(crate) struct Xml<'w> {
    out: &'w mut dyn io::Write,
    open: Vec<&'static str>,
}

impl<'w> Xml<'w> {
    /// Begins the document.
    pub(crate) fn new(out: &'w mut dyn io::Write) -> io::Result<Self> {
        writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        Ok(Self { out, open: Vec::new() })
    }

    /// Begins an element that has others in it.
    pub(crate) fn begin(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) -> io::Result<()> {
        self.tag(name, attributes, ">\n")?;
        self.open.push(name);
        Ok(())
    }

    /// Ends the element that was begun last.
    pub(crate) fn end(&mut self) -> io::Result<()> {
        let Some(name) = self.open.pop() else { return Ok(()) };
        writeln!(self.out, "{}</{name}>", "  ".repeat(self.open.len()))
    }

    /// An element without content.
    pub(crate) fn empty(&mut self, name: &'static str, attributes: &[(&'static str, &str)]) -> io::Result<()> {
        self.tag(name, attributes, "/>\n")
    }

    /// An element whose content are lines of text.
    pub(crate) fn lines(
        &mut self,
        name: &'static str,
        attributes: &[(&'static str, &str)],
        lines: &[String],
    ) -> io::Result<()> {
        self.tag(name, attributes, ">")?;
        let lines: Vec<String> = lines.iter().map(|line| Untrusted(line).xml()).collect();
        writeln!(self.out, "{}</{name}>", lines.join("\n"))
    }

    fn tag(&mut self, name: &'static str, attributes: &[(&'static str, &str)], end: &'static str) -> io::Result<()> {
        write!(self.out, "{}<{name}", "  ".repeat(self.open.len()))?;
        for (key, value) in attributes {
            write!(self.out, " {key}=\"{}\"", Untrusted(value).xml())?;
        }
        self.out.write_all(end.as_bytes())
    }
}
