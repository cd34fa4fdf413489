//! How deep and how large a value is. Values share their parts, so a short template can make one that is enormous when it is walked:
//! each composite value's shape is estimated from above when it is made, and measured when the estimate exceeds a limit.

use cmklint_graph::{Kind, TextPart, Value};

/// Values are nested at most this deep.
pub(crate) const MAX_DEPTH: u32 = 96;

/// Levels and scalars of a value; each an upper bound.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shape {
    pub(crate) depth: u32,
    pub(crate) size: usize,
}

impl Shape {
    /// The shape of a scalar.
    pub(crate) const SCALAR: Self = Self { depth: 0, size: 1 };

    /// The shape of a value that holds `self` and, beside it, `other`.
    pub(crate) fn beside(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth), size: self.size.saturating_add(other.size) }
    }

    /// The shape of a value that holds `self`.
    pub(crate) fn within(self) -> Self {
        Self { depth: self.depth.saturating_add(1), size: self.size.saturating_add(1) }
    }

    /// Whether a value of this shape may be too large.
    pub(crate) fn exceeds(self, size: usize) -> bool {
        self.depth > MAX_DEPTH || self.size > size
    }

    /// The shape of `value`, exact up to the bounds: past them the walk ends.
    pub(crate) fn of(value: &Value, size: usize) -> Self {
        let mut seen = Self::default();
        walk(value, 0, size, &mut seen);
        seen
    }
}

fn walk(value: &Value, depth: u32, most: usize, seen: &mut Shape) {
    seen.size = seen.size.saturating_add(1);
    seen.depth = seen.depth.max(depth);
    if depth > MAX_DEPTH || seen.size > most {
        return;
    }
    match &value.kind {
        Kind::Array(array) => {
            for item in &array.items {
                walk(item, depth + 1, most, seen);
                if seen.exceeds(most) {
                    return;
                }
            }
        }
        Kind::Object(object) => {
            for entry in object.entries.values() {
                walk(&entry.value, depth + 1, most, seen);
                if seen.exceeds(most) {
                    return;
                }
            }
        }
        Kind::Choice(choice) => {
            walk(&choice.then, depth + 1, most, seen);
            walk(&choice.otherwise, depth + 1, most, seen);
        }
        Kind::Template(parts) => {
            let texts = parts.iter().map(|p| if let TextPart::Text(text) = p { text.len() / 32 } else { 1 });
            seen.size = seen.size.saturating_add(texts.sum());
        }
        Kind::String(text) => seen.size = seen.size.saturating_add(text.len() / 32),
        _ => {}
    }
}
