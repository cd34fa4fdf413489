"""Scripts and pipelines with many commands, long lines and brackets that nothing closes; input files for which many roots may be meant."""
import json

from common import BICEP_DISK, DISK, SCHEMA, arm, lines, tree

X = 'variable "x" {}\n'


@tree
def in_vars_of_one_line():
    return {**{f"s{i}.sh" : "terraform plan " + "-var " * 50000 + "\n" for i in range(3)}, "main.tf": X + DISK.format("var.x")}


@tree
def in_var_files_open():
    return {**{f"s{i}.sh" : "terraform plan " + "-var-file=(( " * 18000 + "\n" for i in range(3)}, "main.tf": X + DISK.format("var.x")}


@tree
def in_variables_open():
    return {**{f"s{i}.sh" : "terraform plan -var-file=" + "${{" * 83000 + ".tfvars\n" for i in range(4)}, "main.tf": X + DISK.format("var.x")}


@tree
def in_az_tasks():
    return {**{f"s{i}.yml" : "  x: azure/arm-deploy@\n" * 5000 + "\n" * 130000 for i in range(3)}, "main.bicep": "param x string\n" + BICEP_DISK.format("x")}


@tree
def in_flags_of_many_roots():
    return {"s.sh": lines(lambda i: f"terraform plan -var x={i} -var-file=a/b{i}.tfvars\n", 250), **{f"r{i}/main.tf": X + DISK.format("var.x") for i in range(6000)}}


@tree
def in_mentions_stars():
    return {"s.sh": lines(lambda i: f"cd $A/r$B && terraform plan -var-file=../vars/$X$Y$Z{'' if i % 2 else 's'}.tfvars\n", 500), **{f"r{i}/main.tf": X + DISK.format("var.x") for i in range(1000)}, **{f"vars/eee{i}s.tfvars": "x=2" for i in range(3000)}}


@tree
def in_several():
    n = "n" * 150
    return {**{f"r/{n}{i}/main.tf": 'variable "x" {}\nresource "azurerm_managed_disk" "d" {}' for i in range(2500)}, **{f"vars/e{i}.tfvars": "x=2" for i in range(4000)}}


@tree
def in_several_json():
    n = "n" * 150
    p = json.dumps({"$schema": SCHEMA.replace("deploymentTemplate", "deploymentParameters"), "contentVersion": "1.0.0.0", "parameters": {"x": {"value": "a"}}})
    return {**{f"r/{n}{i}/main.bicep": "param x string\n" + BICEP_DISK.format("x") for i in range(2500)}, **{f"parameters/e{i}.json": p for i in range(3000)}}


@tree
def in_beside():
    p = '{"$schema":"deploymentParameters.json#","parameters": {"x": {"value": "a"}}}'
    return {**{f"r{i}.bicep": "param x string\n" for i in range(5000)}, **{f"e{i}.parameters.json": p for i in range(5000)}, "d.bicep": BICEP_DISK.format("'a'")}


@tree
def in_env_dirs():
    return {**{f"s{i}.sh" : "terraform plan\nexport TF_VAR_x=a\n" + lines(lambda k: f"cd q{k:x}\n", 28000) for i in range(3)}, **{f"r{i}/main.tf": X + DISK.format("var.x") for i in range(1500)}}


@tree
def in_commands_combined():
    return {"s.sh": lines(lambda i: "terraform plan " + " ".join(f"-var-file=../vars/$X{j}$Y{j}$Z{j}.tfvars" for j in range(40)) + "\n", 12).replace("terraform", "cd $R/$Q; terraform"), **{f"r{i}/main.tf": X + DISK.format("var.x") for i in range(100)}, **{f"vars/e{i}.tfvars": "x=2" for i in range(3000)}}
