//! What already stands in Azure, from the rows of a Resource Graph query.
