//! `azurerm_virtual_machine_data_disk_attachment`, and a disk that is created from a source while it is attached: the disk goes to the VM's own
//! list of data disks.

use std::sync::Arc;

use cmklint_graph::{Array, AsPath, Kind, Object, Resource, Value};

use super::properties::{at, put};
use super::{ATTACHMENT_TYPE, Lowering};
use crate::values::select;

/// The body of an attachment's node.
pub(super) fn body(stated: &Value) -> Value {
    let mut object = Object::default();
    for (from, to) in [
        ("managed_disk_id", "properties.diskId"),
        ("source_resource_id", "properties.sourceId"),
        ("virtual_machine_id", "properties.virtualMachineId"),
        ("lun", "properties.lun"),
        ("caching", "properties.caching"),
    ] {
        let value = at(stated, from);
        let span = value.span();
        put(&mut object, to, value, span);
    }
    Value::object(object)
}

impl Lowering<'_, '_> {
    /// Puts each attached disk into its VM's data disks, where the VM is one of `resources`.
    pub(super) fn attach(&self, resources: &mut [Resource]) {
        let mut joined: Vec<(usize, Value, Value)> = Vec::new();
        for attachment in resources.iter().filter(|r| r.kind.is(ATTACHMENT_TYPE)) {
            let machine = attachment.get("properties.virtualMachineId");
            let Kind::Ref(r) = &machine.kind else { continue };
            if !r.path.is("id") {
                continue;
            }
            let mut disk = Object::default();
            put(&mut disk, "lun", attachment.get("properties.lun"), None);
            let source = attachment.get("properties.sourceId");
            let option = if source.is_null() { "Attach" } else { "Copy" };
            put(&mut disk, "createOption", Value::string(option), None);
            for (id, path) in [(attachment.get("properties.diskId"), "managedDisk.id"), (source, "sourceResource.id")] {
                let span = id.span();
                put(&mut disk, path, id, span);
            }
            let disk = Value::object(disk).via(
                attachment.span,
                cmklint_graph::StepKind::Reference,
                Arc::clone(&attachment.address),
            );
            joined.push((r.node.index as usize, disk, attachment.condition.clone()));
        }
        for (machine, disk, condition) in joined {
            let Some(resource) = resources.get_mut(machine) else { continue };
            let list = resource.body.get("properties.storageProfile.dataDisks");
            let longer = appended(&list, &disk);
            let list = select(&condition, &longer, &list);
            let Kind::Object(body) = &mut resource.body.kind else { continue };
            replace(Arc::make_mut(body), &["properties", "storageProfile"], list);
        }
    }
}

fn appended(list: &Value, disk: &Value) -> Value {
    match &list.kind {
        Kind::Array(array) => {
            let items = array.items.iter().cloned().chain([disk.clone()]).collect();
            let kind = Kind::Array(Arc::new(Array { items, rest: array.rest.clone(), ..Array::default() }));
            Value { kind, trail: list.trail.clone() }
        }
        Kind::Symbol(rest) => Value::new(Kind::Array(Arc::new(Array {
            items: vec![disk.clone()],
            rest: Some(rest.clone()),
            ..Array::default()
        }))),
        Kind::Choice(choice) => crate::values::on_arms(list, choice, |arm| appended(arm, disk)),
        _ => Value::array(vec![disk.clone()]),
    }
}

fn replace(object: &mut Object, path: &[&str], list: Value) {
    let Some((first, rest)) = path.split_first() else {
        object.insert("dataDisks", list.span(), list);
        return;
    };
    let entry = object
        .entries
        .entry((*first).into())
        .or_insert_with(|| cmklint_graph::Entry { key_span: None, value: Value::object(Object::default()) });
    if let Kind::Object(inner) = &mut entry.value.kind {
        replace(Arc::make_mut(inner), rest, list);
    }
}
