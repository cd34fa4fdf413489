//! The form that Terraform gives every text: Unicode's NFC.

use cmklint_graph::{Kind, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation as _;

use super::convert;

/// The text in NFC.
pub(crate) fn composed_text(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        _ => text.nfc().collect(),
    }
}

/// How many letters a reader counts in the text.
pub(crate) fn letters(text: &str) -> usize {
    match is_plain(text) {
        true => text.len(),
        false => text.graphemes(true).count(),
    }
}

/// Whether each byte of the text is a letter for a reader: in ASCII all are but a line's end of two.
pub(super) fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\r')
}

/// The value, its text in NFC.
pub(crate) fn composed(value: Value) -> Value {
    match &value.kind {
        Kind::String(text) if !text.is_ascii() => convert::kept(&value, Kind::String(composed_text(text).into())),
        _ => value,
    }
}
