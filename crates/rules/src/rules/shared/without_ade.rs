//! Taking Azure Disk Encryption away.

use crate::context::Context;
use crate::remedy::Remedy;
use crate::view::Ade;

/// Takes away what switches `ade` on: the extension, or the settings of the disk.
pub(crate) fn without_ade(cx: &Context<'_>, ade: &Ade) -> Option<Remedy> {
    let title = "take Azure Disk Encryption away";
    if ade.path == "properties.type" {
        return Remedy::not_safe(title, [cx.undeclare(ade.node)]);
    }
    // An extension in the profile of a scale set.
    if let Some(item) = ade.path.strip_suffix(".properties.type") {
        return Remedy::not_safe(title, [cx.unset(ade.node, &[item])]);
    }
    let (before, after) = ade.path.split_once("encryptionSettings")?;
    let name = after.split(['.', '[']).next().unwrap_or("");
    let block = format!("{before}encryptionSettings{name}");
    Remedy::not_safe(title, [cx.unset(ade.node, &[&block, &ade.path])])
}
