// What a cluster of blocks has in shared memory while it trains, and what a block does with its share of the parameters.
//
// Parameters are dealt out to the blocks 256 at a time, as the blocks of training_norm have them: so a block that owns a
// parameter sums what such a block sums, in the same order.
#pragma once
#include "cluster.cuh"
#include "trainer.cuh"

SF_NAMESPACE_BEGIN

// A tile whose layers have one copy of the weights, [out][in padded].
template <int S>
struct ClusterGroup : BlockGroup<S> {};

// Sums over neighbouring weights: the same sums of products over ascending indices, four weights at a load.
template <int R, int S, class Out>
SF_DEVICE void forward_lines(const BlockGroup<S>& group, const Layer& layer, int length, Rows from, Out out) {
  using Group = BlockGroup<S>;
  int column = 4 * (group.rank() % Group::COLUMNS);
  for (int o = group.rank() / Group::COLUMNS * R; o < layer.out; o += Group::LINES * R) {
    float sum[R][4] = {};
    const float* weights[R];
#pragma unroll
    for (int i = 0; i < R; i++) {
      // Rows beyond the last repeat it; their results are not written.
      weights[i] = layer.backward + (o + i < layer.out ? o + i : layer.out - 1) * layer.in_padded;
    }
    const float* x = from.at + column;
    int k = 0;
    for (; k + 4 <= length; k += 4) {
      float w[R][4];
#pragma unroll
      for (int i = 0; i < R; i++) {
        Group::template load_weights<4>(weights[i] + k, w[i]);
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float4 samples = load4(x);
        x += from.stride;
#pragma unroll
        for (int i = 0; i < R; i++) {
          Group::add(sum[i], w[i][j], samples);
        }
      }
    }
    for (; k < length; k++) {
      float4 samples = load4(x);
      x += from.stride;
#pragma unroll
      for (int i = 0; i < R; i++) {
        Group::add(sum[i], weights[i][k], samples);
      }
    }
#pragma unroll
    for (int i = 0; i < R; i++) {
      if (o + i < layer.out) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
          out(o + i, column + j, sum[i][j]);
        }
      }
    }
  }
}

template <int S, class Out>
SF_DEVICE void forward_product(const ClusterGroup<S>& group, const Layer& layer, int length, Rows from, Out out) {
  constexpr int LINES = BlockGroup<S>::LINES;
  if (layer.out > 2 * LINES) {
    forward_lines<4>(group, layer, length, from, out);
  } else if (layer.out > LINES) {
    forward_lines<2>(group, layer, length, from, out);
  } else {
    forward_lines<1>(group, layer, length, from, out);
  }
}

// A row of weights begins some banks behind the one before; rows of a few lanes are read at a time.
SF_DEVICE int cluster_row(int in_padded) { return in_padded + 4; }

// Shared memory of a block; io.scorefield.engine.cuda.training.ClusterPlan counts its bytes.
struct ClusterMemory {
  static constexpr int BLOCKS = 8;
  static constexpr int GRANULE = 256;  // parameters, and threads of a block

  double* space;    // of block_sums [512]
  double* squares;  // of the gradient [64]
  Layer* layers;
  int granules;     // that a block owns at most
  float* own[5];    // parameters, average, moments, gradient [granules][256]
  int* places;      // of them among the weights
  float* losses;    // of the batch [2][B]
  float* weights;
  float* partial;   // gradient of this block's examples [parameters]
  float* rest;

  SF_DEVICE ClusterMemory(const TrainingCall& call, float* from, int weight_floats) {
    space = (double*)from;
    squares = space + 512;
    layers = (Layer*)(squares + 64);
    // A multiple of 16 bytes: a layer has 56.
    float* next = (float*)(layers + call.network.count) + call.network.count % 2 * 2;
    granules = (call.parameter_count + BLOCKS * GRANULE - 1) / (BLOCKS * GRANULE);
    for (float*& array : own) {
      array = next;
      next += granules * GRANULE;
    }
    places = (int*)next;
    next += granules * GRANULE;
    losses = next;
    next += (2 * call.batch + 3) / 4 * 4;
    weights = next;
    next += weight_floats;
    partial = next;
    rest = next + (call.parameter_count + 3) / 4 * 4;
  }

  // Calls body(parameter, its place in the arrays of the block's own).
  template <class Body>
  SF_DEVICE void each_own(const TrainingCall& call, int rank, Body body) const {
    for (int j = 0; j < granules; j++) {
      int p = (rank + j * BLOCKS) * GRANULE + (int)threadIdx.x;
      if (p < call.parameter_count) {
        body(p, j * GRANULE + (int)threadIdx.x);
      }
    }
  }

  // Where a parameter lies among the weights.
  SF_DEVICE int place_of(const Network& network, int p) const {
    const Layer& layer = layers[layer_of(network, p)];
    int at = p - layer.parameter;
    return at >= layer.in * layer.out
               ? (int)(layer.bias - weights) + at - layer.in * layer.out
               : (int)(layer.backward - weights) + at / layer.in * layer.in_padded + at % layer.in;
  }

  // The layers, with their weights here.
  SF_DEVICE Network begin(const TrainingCall& call, int rank, int weight_floats) const {
    Network network = call.network;
    network.layers = layers;
    if (threadIdx.x == 0) {
      float* next = weights;
      for (int l = 0; l < network.count; l++) {
        Layer layer = call.network.layers[l];
        layer.in_padded = cluster_row(layer.in_padded);
        layer.forward = nullptr;
        layer.backward = next;
        layer.bias = next + layer.out * layer.in_padded;
        next += layer.out * layer.in_padded + layer.out_padded;
        layers[l] = layer;
      }
    }
    for (int i = (int)threadIdx.x; i < weight_floats; i += (int)blockDim.x) {
      weights[i] = 0.0f;
    }
    __syncthreads();
    for (int p = (int)threadIdx.x; p < call.parameter_count; p += (int)blockDim.x) {
      weights[place_of(network, p)] = call.parameters[p];
    }
    each_own(call, rank, [&](int p, int i) {
      own[0][i] = call.parameters[p];
      own[1][i] = call.average[p];
      own[2][i] = call.first_moment[p];
      own[3][i] = call.second_moment[p];
      places[i] = place_of(network, p);
    });
    return network;
  }

  SF_DEVICE void end(const TrainingCall& call, int rank) const {
    each_own(call, rank, [&](int p, int i) {
      call.parameters[p] = own[0][i];
      call.average[p] = own[1][i];
      call.first_moment[p] = own[2][i];
      call.second_moment[p] = own[3][i];
    });
  }

  // The losses of a block's examples, S at most, become known to all blocks.
  template <int S>
  SF_DEVICE void share_losses(const TrainingCall& call, int first, int count) const {
    for (int i = (int)threadIdx.x; i < BLOCKS * 2 * S; i += GRANULE) {
      if (i % S < count) {
        int at = i / S % 2 * call.batch + first + i % S;
        peer(losses, i / (2 * S))[at] = losses[at];
      }
    }
  }

  // The gradient of a block's own parameters: the sums of chunks in ascending order.
  SF_DEVICE void sum_gradients(const TrainingCall& call, int rank) const {
    each_own(call, rank, [&](int p, int i) {
      float part[BLOCKS];
#pragma unroll
      for (int c = 0; c < BLOCKS; c++) {
        part[c] = c < call.chunks ? peer(partial, c)[p] : 0.0f;
      }
      float sum = part[0];
#pragma unroll
      for (int c = 1; c < BLOCKS; c++) {
        sum = c < call.chunks ? sum + part[c] : sum;
      }
      own[4][i] = sum;
    });
  }

  // The block's sums of squares, as the blocks of training_norm have them, become known to all.
  SF_DEVICE void share_squares(const TrainingCall& call, int rank) const {
    for (int v = rank; v < call.norm_blocks; v += BLOCKS) {
      double sum = norm_part(call, v, call.norm_blocks, space, [&](int p) {
        return own[4][p / (BLOCKS * GRANULE) * GRANULE + (int)threadIdx.x];
      });
      if (threadIdx.x < BLOCKS) {
        peer(squares, (int)threadIdx.x)[v] = sum;
      }
    }
  }

  // Adam on a block's own parameters; all blocks get the new ones.
  SF_DEVICE void update_own(const TrainingCall& call, const AdamStep& adam_step, int rank) const {
    each_own(call, rank, [&](int, int i) {
      float parameter = own[0][i];
      update(adam_step, own[4][i], parameter, own[1][i], own[2][i], own[3][i]);
      own[0][i] = parameter;
      float* place = weights + places[i];
#pragma unroll
      for (int r = 0; r < BLOCKS; r++) {
        *peer(place, r) = parameter;
      }
    });
  }
};

SF_NAMESPACE_END
