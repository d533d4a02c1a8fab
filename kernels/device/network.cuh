// The whole network on a tile: forward, and backward from a gradient at the output.
#pragma once
#include "activation.cuh"
#include "group.cuh"

SF_NAMESPACE_BEGIN

// Applies the activation in place; a(row, sample, y, derivative) sees every result.
template <Activation KIND, class Group, class Also>
SF_DEVICE void activate_rows(const Group& group, Rows rows, int count, Also also) {
  each(group, count, [&](int row, int s) {
    float derivative;
    float y = activate<KIND>(rows(row, s), derivative);
    rows(row, s) = y;
    also(row, s, y, derivative);
  });
}

template <class Group, class Also>
SF_DEVICE void activate_rows(Activation kind, const Group& group, Rows rows, int count, Also also) {
  switch (kind) {
    case Activation::TANH: activate_rows<Activation::TANH>(group, rows, count, also); break;
    case Activation::LEAKY_RELU: activate_rows<Activation::LEAKY_RELU>(group, rows, count, also); break;
    case Activation::RELU: activate_rows<Activation::RELU>(group, rows, count, also); break;
    case Activation::SILU: activate_rows<Activation::SILU>(group, rows, count, also); break;
    case Activation::SOFTPLUS: activate_rows<Activation::SOFTPLUS>(group, rows, count, also); break;
  }
}

// Also writes what weight gradients are made of, where training asks for it.
struct Record {
  Rows inputs;  // of all layers
  Rows deltas;  // gradients at the outputs of all layers
};

// out(o, sample, sum of a layer's weights times its inputs).
template <class Group, class Out>
SF_DEVICE void forward_product(const Group& group, const Layer& layer, int length, Rows from, Out out) {
  group.product(layer.forward, layer.out_padded, layer.out, length, from, out);
}

// out(i, sample, sum of a layer's transposed weights times gradients at its outputs), for so many of its inputs.
template <class Group, class Out>
SF_DEVICE void backward_product(const Group& group, const Layer& layer, int inputs, Rows from, Out out) {
  group.product(layer.backward, layer.in_padded, inputs, layer.out, from, out);
}

// output = network(input); the group is in step before and after.
//
// first_inputs: rows of the input (D, or D + E where the features are rows too), first_bias: of the first layer.
// kept: derivatives of the hidden layers, or a null pointer.
template <class Group>
SF_DEVICE void forward(
    const Group& group, const Network& network, Rows input, int first_inputs, const float* first_bias, Rows ping,
    Rows pong, Rows kept, const Record* record, Rows output) {
  Rows from = input;
  int length = first_inputs;
  int hidden_row = 0;
  for (int l = 0; l < network.count; l++) {
    Layer layer = network.layers[l];
    bool last = l == network.count - 1;
    Rows to = last ? output : l % 2 == 0 ? ping : pong;
    const float* bias = l == 0 ? first_bias : layer.bias;
    forward_product(group, layer, length, from, [&](int o, int s, float sum) { to(o, s) = sum + bias[o]; });
    group.sync();
    if (!last) {
      activate_rows(network.activation, group, to, layer.out, [&](int o, int s, float y, float derivative) {
        if (kept.at != nullptr) {
          kept(hidden_row + o, s) = derivative;
        }
        if (record != nullptr) {
          record->inputs(first_inputs + hidden_row + o, s) = y;
        }
      });
      group.sync();
      hidden_row += layer.out;
    }
    from = to;
    length = layer.out;
  }
}

// input_gradient = J^T output_gradient for the first D inputs, from the derivatives that `forward` kept. The
// gradient at the output is left as it is. Without an input gradient (null) it stops at the first layer.
template <class Group>
SF_DEVICE void backward(
    const Group& group, const Network& network, Rows output_gradient, Rows ping, Rows pong, Rows kept,
    const Record* record, Rows input_gradient) {
  Rows from = output_gradient;
  for (int l = network.count - 1; l >= 0; l--) {
    Layer layer = network.layers[l];
    if (l == 0 && input_gradient.at == nullptr) {
      return;
    }
    int inputs = l == 0 ? network.dimension : layer.in;
    Rows to = l == 0 ? input_gradient : l % 2 == 0 ? ping : pong;
    // delta_row counts the outputs of all layers before: those of layer l - 1 end there.
    int row = layer.delta_row - inputs;
    backward_product(group, layer, inputs, from, [&](int i, int s, float sum) {
      if (l == 0) {
        to(i, s) = sum;
      } else {
        float delta = sum * kept(row + i, s);
        to(i, s) = delta;
        if (record != nullptr) {
          record->deltas(row + i, s) = delta;
        }
      }
    });
    group.sync();
    from = to;
  }
}

// The network of a call with its arrays, as TileSampler takes it.
template <class Group>
struct TileNetwork {
  static constexpr bool BACKWARD = true;
  static constexpr bool DIVERGES = true;
  const Group& group;
  const Network& network;
  Rows input, output, seed, ping, pong, kept;

  SF_DEVICE TileNetwork(const Group& g, const Network& n, const Places& places)
      : group(g),
        network(n),
        input(g.rows(places.input)),
        output(g.rows(places.output)),
        seed(g.rows(places.seed)),
        ping(g.rows(places.ping)),
        pong(g.rows(places.pong)),
        kept(g.rows(places.kept)) {}

  SF_DEVICE int bias_stride() const { return network.layers[0].out_padded; }

  SF_DEVICE void forward(const float* first_bias, bool keep) const {
    scorefield::forward(
        group, network, input, network.dimension, first_bias, ping, pong, keep ? kept : Rows{nullptr, 0}, nullptr,
        output);
  }

  SF_DEVICE void backward() const {
    scorefield::backward(group, network, seed, ping, pong, kept, nullptr, input);
  }
};

SF_NAMESPACE_END
