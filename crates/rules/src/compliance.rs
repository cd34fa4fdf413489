//! Policies and controls on what the rules find: data, not code.

const DATA: &str = include_str!("../data/compliance.csv");

/// A policy or a control of a framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Control {
    /// `azure-policy`, `mcsb`, `cis-azure-3.0.0`, `nist-800-53`, `pci-dss-4.0.1`.
    pub framework: &'static str,
    /// The name of the policy's definition, or the control's number.
    pub id: &'static str,
}

impl Control {
    /// `cis-azure-3.0.0/8.3`.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("{}/{}", self.framework, self.id)
    }
}

/// The policies and controls on what the rule with that id finds.
pub fn controls(rule: &str) -> impl Iterator<Item = Control> {
    rows().filter(move |(of, _)| *of == rule).map(|(_, control)| control)
}

fn rows() -> impl Iterator<Item = (&'static str, Control)> {
    DATA.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split(',');
        let (rule, framework, id) = (fields.next()?, fields.next()?, fields.next()?);
        Some((rule, Control { framework, id }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_of_a_rule_and_names_its_source_and_date() {
        for line in DATA.lines().filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split(',').collect();
            let [rule, framework, id, source, date] = fields[..] else { panic!("{line}") };
            assert!(crate::by_id_or_name(rule).is_some_and(|meta| meta.id == rule), "{line}");
            assert!(!framework.is_empty() && !id.is_empty() && source.starts_with("https://"), "{line}");
            assert_eq!(date.len(), 10, "{line}");
            assert!(framework != "azure-policy" || id.len() == 36, "{line}");
        }
        assert!(controls("CMK090").any(|control| control.tag() == "cis-azure-3.0.0/8.3"));
        assert_eq!(controls("CMK001").count(), 0);
    }
}
