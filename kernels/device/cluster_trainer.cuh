// What a cluster of blocks has in shared memory while it trains, and what a block does with its share of the parameters.
//
// Parameters are dealt out to the blocks 256 at a time, as the blocks of training_norm have them: so a block that owns a
// parameter sums what such a block sums, in the same order.
#pragma once
#include "cluster.cuh"
#include "trainer.cuh"

SF_NAMESPACE_BEGIN

// A tile with everything in shared memory, and with one copy of the weights, [out][in padded].
template <int S>
struct ClusterGroup : BlockGroup<S> {
  const float* weights;

  SF_DEVICE Rows rows(int place) const { return Rows{this->shared + place * S, S}; }

  // Rows of the tile, so that the compiler sees in which memory they are.
  SF_DEVICE Rows here(Rows of) const {
    int at = (int)(of.at - this->shared);
    return Rows{this->shared + at, S};
  }
};

// Sums over neighbouring weights: the same sums of products over ascending indices, four weights at a load.
template <int R, int S, class Out>
SF_DEVICE void forward_lines(const ClusterGroup<S>& group, const Layer& layer, int length, Rows from, Out out) {
  using Group = BlockGroup<S>;
  int column = 4 * (group.rank() % Group::COLUMNS);
  for (int o = group.rank() / Group::COLUMNS * R; o < layer.out; o += Group::LINES * R) {
    float sum[R][4] = {};
    const float* weights[R];
#pragma unroll
    for (int i = 0; i < R; i++) {
      // Rows beyond the last repeat it; their results are not written.
      weights[i] = group.weights + layer.place + (o + i < layer.out ? o + i : layer.out - 1) * layer.in_padded;
    }
    const float* x = group.here(from).at + column;
    int k = 0;
#pragma unroll 2
    for (; k + 4 <= length; k += 4) {
      float w[R][4];
#pragma unroll
      for (int i = 0; i < R; i++) {
        Group::template load_weights<4>(weights[i] + k, w[i]);
      }
#pragma unroll
      for (int j = 0; j < 4; j++) {
        float4 samples = load4(x);
        x += S;
#pragma unroll
        for (int i = 0; i < R; i++) {
          Group::add(sum[i], w[i][j], samples);
        }
      }
    }
#pragma unroll 1
    for (; k < length; k++) {
      float4 samples = load4(x);
      x += S;
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

template <int S, class Out>
SF_DEVICE void backward_product(const ClusterGroup<S>& group, const Layer& layer, int inputs, Rows from, Out out) {
  group.product(group.weights + layer.place, layer.in_padded, inputs, layer.out, group.here(from), out);
}

// Four numbers of a row at a time, which do not wait for each other.
template <Activation KIND, int S, class Also>
SF_DEVICE void activate_rows(const ClusterGroup<S>& group, Rows rows, int count, Also also) {
  for (int i = group.rank(); i < count * (S / 4); i += group.size()) {
    int row = i / (S / 4);
    int s = i % (S / 4) * 4;
    float* at = &group.here(rows)(row, s);
    float4 x = load4(at);
    float4 derivative;
    x.x = activate<KIND>(x.x, derivative.x);
    x.y = activate<KIND>(x.y, derivative.y);
    x.z = activate<KIND>(x.z, derivative.z);
    x.w = activate<KIND>(x.w, derivative.w);
    store4(at, x);
    also(row, s, x.x, derivative.x);
    also(row, s + 1, x.y, derivative.y);
    also(row, s + 2, x.z, derivative.z);
    also(row, s + 3, x.w, derivative.w);
  }
}

// A row of weights begins some banks behind the one before; rows of a few lanes are read at a time.
SF_DEVICE int cluster_row(int in_padded) { return in_padded + 4; }

// Shared memory of a block; io.scorefield.engine.cuda.training.ClusterPlan counts its bytes.
struct ClusterMemory {
  static constexpr int BLOCKS = 8;
  static constexpr int GRANULE = 256;  // parameters, and threads of a block
  static constexpr int TOGETHER = 3;   // parameters that a thread works on at once

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
      int p = parameter_of(rank, j);
      if (p < call.parameter_count) {
        body(p, j * GRANULE + (int)threadIdx.x);
      }
    }
  }

  // Number j of the parameters that a thread has.
  SF_DEVICE static int parameter_of(int rank, int j) { return (rank + j * BLOCKS) * GRANULE + (int)threadIdx.x; }

  // Where a parameter lies among the weights.
  SF_DEVICE int place_of(const Network& network, int p) const {
    const Layer& layer = layers[layer_of(network, p)];
    int at = p - layer.parameter;
    return at >= layer.in * layer.out
               ? (int)(layer.bias - weights) + at - layer.in * layer.out
               : layer.place + at / layer.in * layer.in_padded + at % layer.in;
  }

  // The layers, with their weights here.
  SF_DEVICE Network begin(const TrainingCall& call, int rank, int weight_floats) const {
    Network network = call.network;
    network.layers = layers;
    if (threadIdx.x == 0) {
      int next = 0;
      for (int l = 0; l < network.count; l++) {
        Layer layer = call.network.layers[l];
        layer.in_padded = cluster_row(layer.in_padded);
        layer.place = next;
        layer.bias = weights + next + layer.out * layer.in_padded;
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

  // The gradient of a block's own parameters: the sums of chunks in ascending order. What several parameters need is
  // loaded before the first is stored.
  SF_DEVICE void sum_gradients(const TrainingCall& call, int rank) const {
    for (int from = 0; from < granules; from += TOGETHER) {
      float sum[TOGETHER];
      float part[TOGETHER][BLOCKS];
#pragma unroll
      for (int j = 0; j < TOGETHER; j++) {
        int p = parameter_of(rank, from + j);
#pragma unroll
        for (int c = 0; c < BLOCKS; c++) {
          part[j][c] = c < call.chunks && p < call.parameter_count ? peer(partial, c)[p] : 0.0f;
        }
      }
#pragma unroll
      for (int j = 0; j < TOGETHER; j++) {
        sum[j] = part[j][0];
#pragma unroll
        for (int c = 1; c < BLOCKS; c++) {
          sum[j] = c < call.chunks ? sum[j] + part[j][c] : sum[j];
        }
        if (parameter_of(rank, from + j) < call.parameter_count) {
          own[4][(from + j) * GRANULE + (int)threadIdx.x] = sum[j];
        }
      }
    }
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
    for (int from = 0; from < granules; from += TOGETHER) {
      float x[TOGETHER][5];
      int place[TOGETHER];
#pragma unroll
      for (int j = 0; j < TOGETHER; j++) {
        int i = (from + j) * GRANULE + (int)threadIdx.x;
        bool there = parameter_of(rank, from + j) < call.parameter_count;
#pragma unroll
        for (int n = 0; n < 5; n++) {
          x[j][n] = there ? own[n][i] : 0.0f;
        }
        place[j] = there ? places[i] : 0;
      }
#pragma unroll
      for (int j = 0; j < TOGETHER; j++) {
        update(adam_step, x[j][4], x[j][0], x[j][1], x[j][2], x[j][3]);
      }
#pragma unroll
      for (int j = 0; j < TOGETHER; j++) {
        if (parameter_of(rank, from + j) < call.parameter_count) {
#pragma unroll
          for (int r = 0; r < BLOCKS; r++) {
            peer(weights, r)[place[j]] = x[j][0];
          }
#pragma unroll
          for (int n = 0; n < 4; n++) {
            own[n][(from + j) * GRANULE + (int)threadIdx.x] = x[j][n];
          }
        }
      }
    }
  }
};

SF_NAMESPACE_END
