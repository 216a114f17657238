// Demonstration: the base model that ships inside the package, and the small world that it knows.
//
// - `WordProblems/` generates that world: problems, the habits in which they are solved, the documents of pre-training, and held-out
//   questions. `EmbeddedModel` names the model's shape, its folder and its questions.
// - `Resources/EmbeddedModel` is the model, a folder in Hugging Face's layout, made by `empo pretrain EmbeddedModel --seed 1`.
//
// What must hold: held-out, asked and pre-training numbers are disjoint for every seed. The embedded model and golden tests hang on each
// draw of `WordProblems/`, so a change there is another data set.
