"""What the hostile trees are made of, and the table that they are registered in."""
import json

TREES = {}
DISK = 'resource "azurerm_managed_disk" "d" {{\n  name = "d"\n  location = {}\n}}\n'
SET = ('resource "azurerm_disk_encryption_set" "s" {\n  name = "s"\n  location = "westus"\n'
       '  key_vault_key_id = "https://v.vault.azure.net/keys/k"\n}\n')
BICEP_DISK = "resource d 'Microsoft.Compute/disks@2024-03-02' = {{\n  name: 'd'\n  location: {}\n}}\n"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
SUB = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g"


def tree(make):
    TREES[make.__name__.replace("_", "-")] = make
    return make


def lines(make, count):
    return "".join(make(i) for i in range(count))


def chain(step, count, first, name="a"):
    """Locals that each hang on the one before: a0 is `first`, a1 is step('local.a0', 1)."""
    body = lines(lambda i: f"  {name}{i} = {first if i == 0 else step(f'local.{name}{i - 1}', i)}\n", count)
    return f"locals {{\n{body}}}\n"


def arm(resources, **more):
    return json.dumps({"$schema": SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": resources})


def arm_disk(name="d", location="westeurope", **more):
    return {"type": "Microsoft.Compute/disks", "apiVersion": "2024-03-02", "name": name, "location": location, **more}


def bicep_chain(step, count, first):
    """Variables of Bicep that each hang on the one before."""
    return lines(lambda i: f"var a{i} = {first if i == 0 else step(f'a{i - 1}', i)}\n", count)
