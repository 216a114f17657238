// Files: reading within bounds, mapping, and writing whole or not at all.
//
// - `RegularFile` and `FileBytes` read small files whole, with a bound on their size; `MappedFile` maps the large ones.
// - `DurableFile` puts a file in its place by writing beside it, synchronising and renaming; `PartialFile` does so with one that comes in
//   pieces; `NewFile` creates one.
// - `DescriptorLimit` waits for a descriptor where a flood of connections has taken them all. `DiskSpace` is what is left of a disk,
//   `FolderPlace` a folder that may be moved while it is used.
// - `FailureReason` has the words of a failed operation, and takes Foundation's errors apart.
// - `ForeignFormat` and `HubName` tell what a person named in place of a file that is read here, `ShellWord` writes a text for a shell.
// - `FileError` is the error about a file in every room, also in those of the file formats (`JSON`, `Tokenizers`, `ChatTemplates`,
//   `HuggingFace`).
//
// What must hold: no pipe is waited for and no folder is read as a file. After a power cut a file is the old one or the new one. An error
// is one line that names the path.
