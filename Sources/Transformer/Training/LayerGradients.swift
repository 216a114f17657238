internal import HuggingFace
internal import Tensors

/// Where the gradients of one layer go: those of its weights, or those of its adapters.
struct LayerGradients {
  let parameters: LayerParameters?
  let adapters: LayerAdapters?

  init(_ gradients: Parameters, _ lora: LoRAConfiguration?, layer: Int) {
    parameters = lora == nil ? gradients.layer(layer) : nil
    adapters = lora.map { LayerAdapters(gradients, $0, layer: layer) }
  }
}
