//! The form that Terraform gives every text: Unicode's NFC.

use cmklint_graph::{Kind, Value};
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

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

/// The value, its text in NFC.
pub(crate) fn composed(value: Value) -> Value {
    match &value.kind {
        Kind::String(text) if !text.is_ascii() => convert::kept(&value, Kind::String(composed_text(text).into())),
        _ => value,
    }
}
