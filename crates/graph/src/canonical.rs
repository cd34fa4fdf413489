use std::cell::RefCell;
use std::fmt::Write as _;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::kept::Kept;
use crate::number::Number;
use crate::value::{Kind, Symbol, TextPart, Value};
use crate::work;

/// The longest text that is kept; longer ones are replaced by their hash.
const MOST: usize = 512;
/// Values nested deeper than this are written as one text for each level, so they are equal to themselves only.
const MAX_DEPTH: usize = 256;
/// Only values nested less deeply than this are kept: deeper ones might hold the text that stands for what lies too deep.
const DEEP: usize = 64;

/// Bytes of text that cost as much as a step of [work].
const BYTES_OF_A_STEP: usize = 32;

/// A text that two values share only if they are certainly the same value in every world. Trails are ignored. What is written is counted as [work]; it is written
/// even where that is more than can be paid, since no other text would be right, and then whoever does the work ends.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut writer = CanonicalWriter::default();
    writer.write(value, 0);
    let _ = work::pay((writer.hashed + writer.out.len()) / BYTES_OF_A_STEP);
    bounded(writer.out)
}

/// As many parts of two values are held against each other before their texts are written.
const MOST_LOOKS: usize = 64;

/// Whether the two have the same [`canonical`] text. Most values differ, or are made of the same things, within their first parts, so that no text is written.
pub(crate) fn is_same_text(a: &Value, b: &Value) -> bool {
    let mut left = MOST_LOOKS;
    let told = seen_alike(a, b, &mut left);
    let _ = work::pay((MOST_LOOKS - left) / LOOKS_OF_A_STEP);
    told.unwrap_or_else(|| canonical(a) == canonical(b))
}

/// As many looks at two parts cost as much as a step of [work].
const LOOKS_OF_A_STEP: usize = 4;

/// Whether the texts of the two are the same; `None` where the looks that are `left` don't tell. One difference is enough, whatever can't be told of the rest.
fn seen_alike(a: &Value, b: &Value, left: &mut usize) -> Option<bool> {
    *left = left.checked_sub(1)?;
    match (&a.kind, &b.kind) {
        (Kind::Null, Kind::Null) => Some(true),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(Number::Int(a)), Kind::Number(Number::Int(b))) => Some(a == b),
        (Kind::String(a), Kind::String(b)) => Some(a == b),
        (Kind::Symbol(a), Kind::Symbol(b)) => Some(a.key() == b.key()),
        (Kind::Array(a), Kind::Array(b)) if Arc::ptr_eq(a, b) => Some(true),
        (Kind::Object(a), Kind::Object(b)) if Arc::ptr_eq(a, b) => Some(true),
        (Kind::Template(a), Kind::Template(b)) if Arc::ptr_eq(a, b) => Some(true),
        (Kind::Choice(a), Kind::Choice(b)) if Arc::ptr_eq(a, b) => Some(true),
        (Kind::Array(a), Kind::Array(b)) => {
            if a.items.len() != b.items.len() || a.rest.as_ref().map(Symbol::key) != b.rest.as_ref().map(Symbol::key) {
                return Some(false);
            }
            all_alike(a.items.iter().zip(&b.items).map(|(a, b)| Some((a, b))), left)
        }
        (Kind::Object(a), Kind::Object(b)) => {
            let rests = a.rest.as_ref().map(Symbol::key) == b.rest.as_ref().map(Symbol::key);
            if a.entries.len() != b.entries.len() || !rests {
                return Some(false);
            }
            let pairs = a.entries.iter().map(|(name, entry)| Some((&entry.value, &b.entries.get(name)?.value)));
            all_alike(pairs, left)
        }
        (Kind::Choice(a), Kind::Choice(b)) => {
            if a.atom.symbol.key() != b.atom.symbol.key() || a.atom.literal != b.atom.literal {
                return Some(false);
            }
            all_alike([(&a.then, &b.then), (&a.otherwise, &b.otherwise)].into_iter().map(Some), left)
        }
        (Kind::Template(_), Kind::Template(_)) | (Kind::Number(_), Kind::Number(_)) | (Kind::Ref(_), Kind::Ref(_)) => {
            None
        }
        // Each kind begins its texts in its own way.
        _ => Some(false),
    }
}

/// Whether each of `pairs` is [alike](seen_alike); a pair that is `None` is not.
fn all_alike<'v>(pairs: impl Iterator<Item = Option<(&'v Value, &'v Value)>>, left: &mut usize) -> Option<bool> {
    let mut all = Some(true);
    for pair in pairs {
        let Some((a, b)) = pair else { return Some(false) };
        match seen_alike(a, b, left) {
            Some(true) => {}
            Some(false) => return Some(false),
            None if *left == 0 => return None,
            None => all = None,
        }
    }
    all
}

thread_local! {
    /// The texts of large values that were written before, by the value's address; each value is held, so that its address is not used again.
    static LARGE: RefCell<Kept<*const (), (Value, Box<str>)>> = RefCell::default();
}

/// At most this many texts of large values are kept.
const MAX_LARGE: usize = 512;

#[derive(Default)]
struct CanonicalWriter {
    out: String,
    /// The bytes that were written and are in `out` as a hash only.
    hashed: usize,
    /// The texts of parts that several values share, by address: a value of few parts may hold them so often that it is huge as a tree.
    shared: FxHashMap<*const (), Box<str>>,
}

impl CanonicalWriter {
    fn write(&mut self, value: &Value, depth: usize) {
        let shared = match &value.kind {
            Kind::Array(array) => address(array),
            Kind::Object(object) => address(object),
            Kind::Template(parts) => address(parts),
            Kind::Choice(choice) => address(choice),
            _ => return self.leaf(value),
        };
        if depth > MAX_DEPTH {
            // The address makes such a value equal to itself only.
            let _ = write!(self.out, "deep:{:p}", std::ptr::from_ref(value));
            return;
        }
        if let Some(address) = shared {
            if let Some(text) = self.shared.get(&address) {
                self.out.push_str(text);
                return;
            }
            let known = LARGE.with_borrow_mut(|large| large.of_now().get(&address).map(|(_, text)| text.clone()));
            if let Some(text) = known {
                self.out.push_str(&text);
                return;
            }
        }
        let start = self.out.len();
        self.container(value, depth + 1);
        if self.out.len() - start > MOST {
            let text = self.out.split_off(start);
            self.hashed += text.len();
            self.out.push_str(&bounded(text));
            // Only a part that others hold too can be met again.
            if let Some(address) = shared.filter(|_| depth < DEEP && work::is_metered()) {
                LARGE.with_borrow_mut(|large| {
                    let large = large.of_now();
                    if large.len() >= MAX_LARGE {
                        large.clear();
                    }
                    large.insert(address, (value.clone(), self.out[start..].into()));
                });
            }
        }
        if let Some(address) = shared {
            self.shared.insert(address, self.out[start..].into());
        }
    }

    fn leaf(&mut self, value: &Value) {
        let out = &mut self.out;
        // Writing to a string does not fail.
        let _ = match &value.kind {
            Kind::Bool(b) => write!(out, "{b}"),
            Kind::Number(n) => write!(out, "{n}"),
            Kind::String(text) => write!(out, "{text:?}"),
            Kind::Ref(r) => write!(out, "ref({},{})", r.node, r.path),
            Kind::Symbol(symbol) => write!(out, "<{}>", symbol.key()),
            Kind::Null | Kind::Array(_) | Kind::Object(_) | Kind::Template(_) | Kind::Choice(_) => write!(out, "null"),
        };
    }

    fn container(&mut self, value: &Value, depth: usize) {
        match &value.kind {
            Kind::Array(array) => {
                self.out.push('[');
                for item in &array.items {
                    self.write(item, depth);
                    self.out.push(',');
                }
                self.rest(array.rest.as_ref());
                self.out.push(']');
            }
            Kind::Object(object) => {
                self.out.push('{');
                let mut names: Vec<_> = object.entries.iter().collect();
                names.sort_by(|a, b| a.0.cmp(b.0));
                for (name, entry) in names {
                    let _ = write!(self.out, "{name:?}:");
                    self.write(&entry.value, depth);
                    self.out.push(',');
                }
                self.rest(object.rest.as_ref());
                self.out.push('}');
            }
            Kind::Template(parts) => {
                self.out.push('`');
                for part in parts.iter() {
                    match part {
                        TextPart::Text(text) => {
                            let _ = write!(self.out, "{text:?}");
                        }
                        TextPart::Value(value) => self.write(value, depth),
                    }
                    self.out.push('+');
                }
                self.out.push('`');
            }
            Kind::Choice(choice) => {
                let _ = write!(self.out, "if({}=={},", choice.atom.symbol.key(), choice.atom.literal);
                self.write(&choice.then, depth);
                self.out.push(',');
                self.write(&choice.otherwise, depth);
                self.out.push(')');
            }
            _ => self.leaf(value),
        }
    }

    fn rest(&mut self, rest: Option<&Symbol>) {
        if let Some(rest) = rest {
            let _ = write!(self.out, "..<{}>", rest.key());
        }
    }
}

/// The address of a value that has more than one owner.
fn address<T: ?Sized>(shared: &Arc<T>) -> Option<*const ()> {
    (Arc::strong_count(shared) > 1).then(|| Arc::as_ptr(shared).cast())
}

/// `text`, or its 128-bit FNV-1a hash where it is long.
pub(crate) fn bounded(text: String) -> String {
    if text.len() <= MOST {
        return text;
    }
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in text.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    format!("#{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::concat::concat;
    use crate::value::{Atom, Object};

    fn symbol(key: &str) -> Value {
        Value::symbol(Symbol::new(key, key))
    }

    fn object(members: [(&str, Value); 2]) -> Value {
        let mut object = Object::default();
        for (name, value) in members {
            object.insert(name, None, value);
        }
        Value::object(object)
    }

    fn choice(key: &str, then: Value, otherwise: Value) -> Value {
        Value::choice(Atom::truth(Symbol::new(key, key)), then, otherwise)
    }

    #[test]
    fn two_values_have_one_text_as_their_texts_say() {
        let long = |last: i64| Value::array((0..200).map(Value::int).chain([Value::int(last)]).collect());
        let values = [
            Value::null(),
            Value::bool(true),
            Value::int(1),
            Value::string("1"),
            Value::string("null"),
            symbol("a"),
            symbol("b"),
            Value::array(Vec::new()),
            Value::array(vec![symbol("a"), Value::null()]),
            Value::array(vec![symbol("a"), Value::int(1)]),
            object([("x", symbol("a")), ("y", Value::int(1))]),
            object([("y", Value::int(1)), ("x", symbol("a"))]),
            object([("x", symbol("a")), ("z", Value::int(1))]),
            choice("c", symbol("a"), symbol("b")),
            choice("c", symbol("b"), symbol("a")),
            choice("d", symbol("a"), symbol("b")),
            concat(&[Value::string("x"), symbol("a")]),
            concat(&[Value::string("y"), symbol("a")]),
            long(7),
            long(8),
        ];
        for a in &values {
            for b in &values {
                let (a, b) = (Value::new(a.kind.clone()), Value::new(b.kind.clone()));
                assert_eq!(is_same_text(&a, &b), canonical(&a) == canonical(&b), "{a:?} {b:?}");
            }
        }
        assert!(is_same_text(&long(7), &long(7)) && !is_same_text(&long(7), &long(8)));
    }
}
