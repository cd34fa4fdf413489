# Helpers for rules of a team's own, over the input that docs/custom-rules.md describes.
# A rule takes them by `import data.cmklint`. Each is plain Rego: no function here is one of the evaluator alone.
package cmklint

# The resources of a type, in any case: cmklint.resources("Microsoft.Compute/disks").
resources(type) := [input.resources[number] | some number in object.get(input.types, lower(type), [])]

# The resource with that number: cmklint.resource(edge.to).
resource(number) := input.resources[number]

# Whether the code makes a resource, itself or by a machine that it declares.
made(resource) if resource.presence in {"declared", "machine"}

# The edges of a role that lead from a resource: cmklint.edges(disk, "encryptedWith").
edges(resource, role) := [edge | some edge in resource.edges; edge.role == role]

# The edges by which the property at a path names another resource.
named_by(resource, path) := [edge | some edge in resource.edges; lower(edge.path) == lower(path); edge.role == "names"]

# What stood for a resource before; undefined where nothing did, or there is nothing to compare with.
before(resource) := input.before.resources[resource.before]

# The property at a path, in each case that a deployment decides: one value for each. What is left out is a value too, of type "null".
values(resource, path) := resource.values[lower(path)] if {
	resource.values[lower(path)]
} else := [below(resource, path, value) | some value in nearest(resource, lower(path))]

# The properties at a path in which [*] stands for each item of a list: cmklint.each(vault, "properties.accessPolicies[*].objectId").
each(resource, pattern) := [value |
	escaped := replace(replace(replace(lower(pattern), "[*]", "\n"), ".", `\.`), "\n", `\[[0-9]+\]`)
	expression := sprintf("^%s$", [escaped])
	some path, cases in resource.values
	regex.match(expression, path)
	some value in cases
]

# Whether a value is known.
known(value) if value.known == true

# Whether a value is certainly left out.
absent(value) if {
	value.known == true
	value.type == "null"
}

# A value for a message: what it is, or what is known of it.
text(value) := value.value if {
	value.type == "string"
} else := json.marshal(value.value) if {
	value.known == true
	value.type in {"number", "boolean", "null", "array"}
} else := value.text

# Whether two values are certainly the same. Texts are compared without case, regions without blanks too. Either may be a plain text, number or boolean.
same(a, b) if {
	x := folded(a)
	y := folded(b)
	x == y
}

same(a, b) if {
	not is_place(a)
	not is_place(b)
	a.symbol == b.symbol
}

same(a, b) if a.parts == b.parts

# Whether two values certainly differ. What is not known, or left out, does not.
differ(a, b) if {
	x := folded(a)
	y := folded(b)
	type_name(x) == type_name(y)
	x != y
}

differ(a, b) if differs_from_all(a, b)

differ(a, b) if differs_from_all(b, a)

differ(a, b) if {
	is_partly(a, b)
	x := first_text(a)
	y := first_text(b)
	not startswith(x, y)
	not startswith(y, x)
}

differ(a, b) if {
	is_partly(a, b)
	x := last_text(a)
	y := last_text(b)
	not endswith(x, y)
	not endswith(y, x)
}

# What follows is for the helpers above.

# The values at the nearest path above, where none is at the path itself.
nearest(resource, path) := found if {
	steps := split(replace(path, "[", ".["), ".")
	count(steps) > 1
	held := [above |
		some length in numbers.range(count(steps) - 1, 1)
		above := replace(concat(".", array.slice(steps, 0, length)), ".[", "[")
		resource.values[above]
	]
	found := resource.values[held[0]]
} else := [{"known": true, "type": "object", "open": object.get(resource, "open", false), "world": 0}]

# What is at a path below a value that does not state it: nothing, or what is not known.
below(resource, path, value) := {
	"resource": resource.number,
	"state": object.get(resource, "state", "now"),
	"path": path,
	"world": value.world,
	"known": true,
	"type": "null",
	"value": null,
} if {
	value.known == true
	object.get(value, "open", false) == false
} else := {
	"resource": resource.number,
	"state": object.get(resource, "state", "now"),
	"path": path,
	"world": value.world,
	"known": false,
	"type": "unknown",
	"text": sprintf("%s of %s", [path, resource.address]),
}

# A known value as it is compared: undefined for what is not known, left out, or no scalar.
folded(value) := value.region if {
	is_object(value)
	value.region
} else := squashed(value) if {
	is_string(value)
} else := value if {
	is_number(value)
} else := value if {
	is_boolean(value)
} else := squashed(value.value) if {
	value.known == true
	value.type == "string"
	not is_place(value)
} else := value.value if {
	value.known == true
	value.type in {"number", "boolean"}
}

# A text without case, and without blanks where it is a region's name.
squashed(text) := region if {
	region := replace(lower(text), " ", "")
	input.regions[region]
} else := lower(text)

# Whether a value is where something is deployed: a text that is no region's name decides nothing there.
is_place(value) if {
	is_object(value)
	value.is_region == true
}

# Whether a value is certainly none of those that another may have.
differs_from_all(value, other) if {
	x := folded(value)
	is_object(other)
	count(other.allowed) > 0
	every possible in other.allowed {
		folded(possible) != x
	}
}

# Whether both are texts, of which one is known in part.
is_partly(a, b) if {
	is_array(a.parts)
	first_text(b)
}

is_partly(a, b) if {
	is_array(b.parts)
	first_text(a)
}

first_text(value) := lower(value.parts[0].text) if {
	is_object(value)
	is_array(value.parts)
} else := folded(value) if is_string(folded(value))

last_text(value) := lower(value.parts[count(value.parts) - 1].text) if {
	is_object(value)
	is_array(value.parts)
} else := folded(value) if is_string(folded(value))
