//! The file of a baseline: its versions, read and written.

use cmklint_rules::FindingIdentity;
use serde_json::{Map, Value};

use super::{Baseline, EntryKey, EntryRoot, FaultKey, Version};

impl Baseline {
    /// Reads what [`Baseline::to_json`] wrote, now or in an earlier version.
    ///
    /// # Errors
    /// The error in it, in words: not JSON, not a baseline, of a version that this program doesn't know.
    pub fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("not valid JSON: {error}"))?;
        let object = json.as_object().ok_or("not a baseline: an object is expected")?;
        let version = match object.get("version").and_then(Value::as_u64) {
            Some(1) => Version::V1,
            Some(FindingIdentity::VERSION) => Version::V2,
            Some(other) => {
                let newest = FindingIdentity::VERSION;
                return Err(format!("a baseline of version {other}; this cmklint reads versions up to {newest}"));
            }
            None => return Err("not a baseline: it states no version".to_owned()),
        };
        let findings = object.get("findings").and_then(Value::as_array).ok_or("not a baseline: it has no findings")?;
        let mut baseline = Self { version, ..Self::default() };
        for (at, finding) in findings.iter().enumerate() {
            let finding = JsonEntry { finding };
            let read = || Ok((finding.key(version)?, finding.count()?, finding.text("message")?));
            let (key, count, message) = read().map_err(|wrong: String| format!("findings[{at}]: {wrong}"))?;
            let entry = baseline.entries.entry(key).or_default();
            entry.count = entry.count.saturating_add(count);
            entry.message = message;
        }
        Ok(baseline)
    }

    /// The file's text: sorted, one entry after the other, so that a review shows what was added and removed.
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings = self.entries.iter().map(|(EntryKey { rule, root, fault }, known)| {
            let mut entry = Map::new();
            let mut add = |name: &str, value: Value| entry.insert(name.to_owned(), value);
            add("rule", rule.as_str().into());
            add("root", root.path.as_str().into());
            if let Some(name) = &root.template_spec {
                add("template_spec", name.as_str().into());
            }
            add("address", fault.address.as_str().into());
            add("property", fault.property.as_str().into());
            if !fault.against.is_empty() {
                add("against", fault.against.clone().into());
            }
            if !fault.variant.is_empty() {
                add("variant", fault.variant.as_str().into());
            }
            add("message", known.message.as_str().into());
            if known.count > 1 {
                add("count", known.count.into());
            }
            Value::Object(entry)
        });
        let mut all = Map::new();
        all.insert("version".to_owned(), FindingIdentity::VERSION.into());
        all.insert("findings".to_owned(), findings.collect());
        format!("{:#}\n", Value::Object(all))
    }
}

/// An entry of the file.
struct JsonEntry<'a> {
    finding: &'a Value,
}

impl JsonEntry<'_> {
    fn key(&self, version: Version) -> Result<EntryKey, String> {
        let (mut property, mut address) = (self.text("property")?, self.text("address")?);
        if version == Version::V1 && !property.is_empty() {
            address = format!("{address}|{property}");
            property = String::new();
        }
        let fault = match version {
            Version::V1 => FaultKey { address, ..FaultKey::default() },
            Version::V2 => FaultKey {
                address,
                property,
                against: self.texts("against")?,
                variant: self.optional("variant")?.unwrap_or_default(),
            },
        };
        let template_spec = if version == Version::V1 { None } else { self.optional("template_spec")? };
        let root = EntryRoot { path: self.text("root")?, template_spec };
        Ok(EntryKey { rule: self.text("rule")?, root, fault })
    }

    fn count(&self) -> Result<usize, String> {
        let Some(count) = self.finding.get("count") else { return Ok(1) };
        let count = count.as_u64().filter(|count| *count > 0).and_then(|count| usize::try_from(count).ok());
        count.ok_or_else(|| "count is not a positive number".to_owned())
    }

    fn text(&self, name: &str) -> Result<String, String> {
        self.optional(name)?.ok_or_else(|| format!("{name} is not a string"))
    }

    fn optional(&self, name: &str) -> Result<Option<String>, String> {
        match self.finding.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("{name} is not a string")),
        }
    }

    fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        let Some(value) = self.finding.get(name) else { return Ok(Vec::new()) };
        let texts = value.as_array().map(|texts| texts.iter().map(|t| t.as_str().map(str::to_owned)).collect());
        texts.flatten().ok_or_else(|| format!("{name} is not a list of strings"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = r#"{"rule": "CMK001", "root": ".", "address": "a.b", "property": "p", "message": "m"}"#;

    #[test]
    fn what_is_written_is_read_again_and_equal_entries_are_summed() {
        let other = ONE.replace("\"p\"", r#""p", "template_spec": "s", "against": ["x", "y"], "variant": "v""#);
        let text = format!(r#"{{"version": 2, "findings": [{ONE}, {ONE}, {other}]}}"#);
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!((baseline.len(), baseline.entries.len()), (3, 2));
        assert!(baseline.to_json().contains("\"count\": 2"), "{}", baseline.to_json());
        assert_eq!(Baseline::parse(&baseline.to_json()).unwrap(), baseline);
    }

    #[test]
    fn a_broken_baseline_says_what_is_wrong_with_it() {
        let error = |text: &str| Baseline::parse(text).unwrap_err();
        assert!(error("{").starts_with("not valid JSON: "), "{}", error("{"));
        assert_eq!(error("[]"), "not a baseline: an object is expected");
        assert_eq!(error("{}"), "not a baseline: it states no version");
        let future = "a baseline of version 3; this cmklint reads versions up to 2";
        assert_eq!(error(r#"{"version": 3}"#), future);
        assert_eq!(error(r#"{"version": 1}"#), "not a baseline: it has no findings");
        let entry = |entry: &str| error(&format!(r#"{{"version": 1, "findings": [{entry}]}}"#));
        assert_eq!(entry("7"), "findings[0]: property is not a string");
        assert_eq!(entry(&ONE.replace("\"m\"", "1")), "findings[0]: message is not a string");
        let zero = ONE.replace("\"message\"", "\"count\": 0, \"message\"");
        assert_eq!(entry(&zero), "findings[0]: count is not a positive number");
        let against = |value: &str| ONE.replace("\"message\"", &format!("\"against\": {value}, \"message\""));
        let error = |value: &str| error(&format!(r#"{{"version": 2, "findings": [{}]}}"#, against(value)));
        assert_eq!(error("7"), "findings[0]: against is not a list of strings");
        assert_eq!(error("[7]"), "findings[0]: against is not a list of strings");
    }
}
