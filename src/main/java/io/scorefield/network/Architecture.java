package io.scorefield.network;

import java.util.Arrays;
import java.util.List;

/// The shape of a network (`x[D]`, time `features[E]`) -> `output[D]`: all that is known of it without its parameters, which
/// lie in one flat array.
///
/// Each engine asks at one place which kind it is, with a switch over all that there are: a new kind does not compile
/// until every engine runs it or refuses it there.
public sealed interface Architecture permits Mlp, NetworkProgram {
  /// D, the number of components of x and of the output.
  int dimension();

  /// E, the number of time features.
  int timeFeatures();

  /// The named pieces of the flat parameters, in their order, without gaps.
  List<Block> blocks();

  /// The length of the flat parameters.
  int parameterCount();

  /// Multiply-adds of one evaluation for one sample.
  long multiplyAdds();

  /// Multiply-adds of one evaluation and of its gradient with respect to all parameters.
  long gradientMultiplyAdds();

  /// The same network as a table of matrix operations, of the same parameters.
  NetworkProgram asProgram();

  /// Floating-point operations of one evaluation for one sample.
  default long flopsPerEvaluation() {
    return 2 * multiplyAdds();
  }

  /// A named piece of the flat parameters: a tensor of a checkpoint.
  ///
  /// @param name as in checkpoints
  /// @param layer to which it belongs; initial values are numbered through the blocks of a layer
  /// @param inputs that one of the layer's sums has: initial values are of the order of 1/sqrt(inputs)
  /// @param gain by which initial values are larger than that
  /// @param offset index of its first number in the flat parameters
  /// @param shape row-major
  record Block(String name, int layer, int inputs, double gain, int offset, int... shape) {
    public Block {
      shape = shape.clone();
    }

    /// A block whose initial values have the usual size.
    public Block(String name, int layer, int inputs, int offset, int... shape) {
      this(name, layer, inputs, 1, offset, shape);
    }

    /// The length of an axis.
    public int length(int axis) {
      return shape[axis];
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    /// How many numbers it has.
    public int size() {
      int size = 1;
      for (int length : shape) {
        size = Math.multiplyExact(size, length);
      }
      return size;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Block that
          && name.equals(that.name)
          && layer == that.layer
          && inputs == that.inputs
          && gain == that.gain
          && offset == that.offset
          && Arrays.equals(shape, that.shape);
    }

    @Override
    public int hashCode() {
      return name.hashCode() * 31 + offset;
    }
  }
}
