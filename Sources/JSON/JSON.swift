// JSON: text to values and back, for files whose details decide how a checkpoint is read.
//
// - `JSONReader` reads front to back and keeps only the parts that the caller asks for; `JSONValue` is any value as a tree.
// - `ConfigurationFields` reads an object's members by name, with errors that name the file and the field.
// - `JSONWriter` writes as other tools' pretty printers do.
// - `NearestWord` finds the field, key or command that a misspelt one may mean.
//
// What must hold: members keep their order and their duplicates. Depth is bounded, and memory is proportional to what is kept.
