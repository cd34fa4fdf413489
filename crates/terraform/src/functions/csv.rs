//! CSV as Go's `encoding/csv` reads it. <https://developer.hashicorp.com/terraform/language/functions/csvdecode>

use std::sync::Arc;

use cmklint_graph::{Form, Value};

use super::list::list;
use super::map::object;
use super::{Made, Stop};

const BAD: Stop = Stop::Refused("text that is no CSV");

/// The rows of `text`, each an object with the names of the first row.
pub(super) fn decode(text: &str) -> Made {
    let mut rows = records(text)?.into_iter();
    let Some(head) = rows.next() else { return Err(Stop::Refused("no row of names")) };
    let names: Vec<Arc<str>> = head.into_iter().map(Arc::from).collect();
    let mut sorted = names.clone();
    sorted.sort();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Stop::Refused("two columns of one name"));
    }
    let row = |fields: Vec<String>| {
        if fields.len() != names.len() {
            return Err(Stop::Refused("a row of another length"));
        }
        Ok(object(Form::Structure, names.iter().cloned().zip(fields.into_iter().map(Value::string))))
    };
    Ok(list(rows.map(row).collect::<Result<_, _>>()?))
}

fn records(text: &str) -> Result<Vec<Vec<String>>, Stop> {
    let text = text.replace("\r\n", "\n");
    let mut out = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('\n') {
            rest = after;
            continue;
        }
        let mut fields = Vec::new();
        loop {
            let (field, after) = match rest.strip_prefix('"') {
                Some(inner) => in_quotes(inner)?,
                None => {
                    let end = rest.find([',', '\n']).unwrap_or(rest.len());
                    let (field, after) = rest.split_at(end);
                    if field.contains('"') {
                        return Err(BAD);
                    }
                    (field.to_owned(), after)
                }
            };
            fields.push(field);
            if let Some(after) = after.strip_prefix(',') {
                rest = after;
                continue;
            }
            rest = after.strip_prefix('\n').unwrap_or(after);
            break;
        }
        out.push(fields);
    }
    Ok(out)
}

/// A field up to its closing quotes, and the text after them.
fn in_quotes(text: &str) -> Result<(String, &str), Stop> {
    let mut field = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"').ok_or(BAD)?;
        field.push_str(part);
        match after.strip_prefix('"') {
            Some(more) => {
                field.push('"');
                rest = more;
            }
            None if after.is_empty() || after.starts_with([',', '\n']) => return Ok((field, after)),
            None => return Err(BAD),
        }
    }
}
