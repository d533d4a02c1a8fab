package io.scorefield.peers;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/// Between arrays and LibTorch's tensors.
final class Tensors {
  private Tensors() {}

  /// A tensor of numbers copied from an array.
  ///
  /// @param from the first number's index
  static Tensor of(float[] numbers, int from, long... shape) {
    long size = 1;
    for (long side : shape) {
      size *= side;
    }
    try (FloatPointer pointer = new FloatPointer(size)) {
      pointer.put(numbers, from, (int) size);
      return torch.from_blob(pointer, shape).clone();
    }
  }

  /// A copy of all numbers.
  static float[] numbers(Tensor tensor) {
    float[] numbers = new float[(int) tensor.numel()];
    new FloatPointer(tensor.contiguous().data_ptr_float()).get(numbers);
    return numbers;
  }
}
