// What the threads of a block do that trains in a cluster (../hopper_training.cu tells the course of a step): workers run the
// network forward and back for the block's examples, and one warp fetches the next ones and keeps account of losses.
#pragma once
#include "cluster_memory.cuh"
#include "cluster_products.cuh"

SF_NAMESPACE_BEGIN

// Threads [FIRST, FIRST + SIZE) of a block, with the tape's arrays of a tile.
template <int FIRST, int SIZE>
struct ClusterGroup {
  using Examples = SampleRows;
  static constexpr int SAMPLES = CLUSTER_EXAMPLES;
  static constexpr bool WORK = FIRST == 0;
  float* shared;

  SF_DEVICE constexpr int samples() const { return SAMPLES; }
  SF_DEVICE int rank() const { return (int)threadIdx.x - FIRST; }
  SF_DEVICE int size() const { return SIZE; }
  SF_DEVICE void sync() const {
    if constexpr (SIZE == 32) {
      __syncwarp();
    } else {
      meet<1>(SIZE);
    }
  }
  SF_DEVICE Rows rows(int place) const { return Rows{shared + place * SAMPLES, SAMPLES}; }
};
using Workers = ClusterGroup<0, CLUSTER_WORKERS>;
using Fetchers = ClusterGroup<CLUSTER_WORKERS, CLUSTER_THREADS - CLUSTER_WORKERS>;

// The block's examples in a step of the call.
template <class Group>
struct ClusterTile {
  const TrainingCall& call;
  const Network& network;
  const ClusterMemory& memory;
  int k;      // step of the launch
  int rank;   // of the block
  int count;  // of its examples
  const Group& group;
  TileTrainer<Group> tile;

  SF_DEVICE ClusterTile(
      const Group& g, const TrainingCall& c, const Network& n, const ClusterMemory& m, int64_t step, int index,
      int step_of_launch)
      : call(c),
        network(n),
        memory(m),
        k(step_of_launch),
        rank(m.rank),
        count(c.batch - rank * CLUSTER_EXAMPLES < CLUSTER_EXAMPLES ? c.batch - rank * CLUSTER_EXAMPLES : CLUSTER_EXAMPLES),
        group(g),
        tile(g, c, network, step + k, index + k, m.losses_of(k), example_rows()) {}

  SF_DEVICE ClusterTile(const ClusterTile&) = delete;

  // Inputs of a layer, and gradients at its outputs; until these are known the derivatives of its activations are there.
  SF_DEVICE float* inputs(const ClusterLayer& layer, int l) const {
    return memory.at(layer.inputs + parity(layer, l));
  }
  SF_DEVICE float* deltas(const ClusterLayer& layer) const { return memory.at(layer.deltas); }

  // The inputs of the first layer are there twice.
  SF_DEVICE int parity(const ClusterLayer& layer, int l) const {
    return l == 0 ? k % 2 * CLUSTER_EXAMPLES * layer.in_stride : 0;
  }

  // What a step's fetchers write is there twice: for the step and for the next one.
  SF_DEVICE ExampleRows<SampleRows> example_rows() const {
    const int stride = cluster_stride(network.dimension);
    auto components = [&](int array) { return SampleRows{memory.at(memory.rows_at + array * CLUSTER_EXAMPLES * stride), stride}; };
    const ClusterLayer& front = memory.layer(0);
    const ClusterLayer& last = memory.layer(network.count - 1);
    float* levels = memory.at(memory.rows_at + 5 * CLUSTER_EXAMPLES * stride);
    return {
        SampleRows{inputs(front, 0), front.in_stride}, components(0), SampleRows{deltas(last), last.out_stride}, components(1 + k % 2),
        components(3 + k % 2), SampleRows{levels + k % 2 * CLUSTER_EXAMPLES, 1}};
  }

  SF_DEVICE int first() const { return rank * CLUSTER_EXAMPLES; }

  // By the fetchers: examples, their noise levels, and Adam's factors.
  SF_DEVICE void fetch() {
    int lane = group.rank();
    if (lane < (int)(sizeof(AdamStep) / sizeof(float))) {
      ((float*)&memory.adam(k))[lane] = ((const float*)(call.adam + tile.index))[lane];
    }
    if (count > 0) {
      tile.gather(first(), count);
      if (lane < CLUSTER_EXAMPLES) {
        memory.levels(k)[lane] = tile.level_of(lane);
      }
    }
  }

  // By the workers: forward and back, up to the gradients at the outputs of the first layer.
  SF_DEVICE void pass() {
    const int layers = network.count;
    auto level = [&](int s) { return memory.levels(k)[s]; };
    Work next = work(0);
    for (int l = 0; l < layers; l++) {
      const Work now = next;
      next = work(l + 1 < layers ? 2 * l + 2 : 2 * l + 1);
      forward(now, l, l == layers - 1);
      group.sync();
    }
    if (call.physics.slots > 0) {
      tile.data_losses(first(), count, level);
      tile.physics_losses(first(), count, level);
      group.sync();
      memory.send_losses(call, tile.losses, first(), count, group.rank(), group.size());
    } else if (group.rank() >= group.size() - CLUSTER_EXAMPLES) {
      // The last ones, which have least to do in the products.
      int thread = group.rank() - (group.size() - CLUSTER_EXAMPLES);
      tile.data_losses_alone(thread, CLUSTER_EXAMPLES, first(), count, level);
      send_own_loss(thread);
    }
    for (int l = layers - 1; l > 0; l--) {
      const Work now = next;
      next = work(2 * l - 1);
      backward(now);
      if (l > 1) {
        group.sync();
      }
    }
  }

  SF_DEVICE void send_own_loss(int thread) const {
    if (thread < count) {
      float* at = tile.losses + first() + thread;
      float loss = *at;
#pragma unroll 4
      for (int r = 0; r < CLUSTER_BLOCKS; r++) {
        send(at, r, loss, memory.gradients());
      }
    }
  }

  // What a thread needs to know of a layer, loaded before the barrier behind which it works on it.
  struct Work {
    LayerPart part;
    ClusterLayer layer;
  };
  SF_DEVICE Work work(int number) const { return {memory.part(number), memory.layer(number / 2)}; }

  SF_DEVICE void forward(const Work& of, int l, bool last) {
    const ClusterLayer& layer = of.layer;
    if (of.part.count == 0) {
      return;
    }
    ProductOf product{
        memory.at(of.part.a), memory.at(of.part.b + parity(layer, l)), layer.in_stride, layer.in_stride, layer.in_eights};
    if (layer.shape == 1) {
      forward<2, 4>(of.part, layer, product, last);
    } else if (layer.shape == 0) {
      forward<1, 1>(of.part, layer, product, last);
    } else {
      forward<4, 4>(of.part, layer, product, last);
    }
  }

  template <int O, int S>
  SF_DEVICE void forward(const LayerPart& part, const ClusterLayer& layer, const ProductOf& product, bool last) {
    float sum[O * S] = {};
    float derivative[O * S] = {};
    ForwardProduct<O, S>::run(product, sum);
#pragma unroll
    for (int j = 0; j < O; j++) {
      float bias = product.a[8 * j * product.a_row + layer.bias];
#pragma unroll
      for (int n = 0; n < S; n++) {
        sum[j * S + n] += bias;
      }
    }
    if (last) {
      output_gradients<O, S>(sum, derivative);
    } else {
      activate_all(network.activation, sum, derivative);
    }
    float* to = memory.at(part.to & 0xFFFF);
    float* kept = memory.at((unsigned)part.to >> 16);
    int stride = last ? layer.out_stride : layer.to_stride;
#pragma unroll
    for (int j = 0; j < O; j++) {
      if (8 * j < part.count) {
#pragma unroll
        for (int n = 0; n < S; n++) {
          to[n * (16 / S) * stride + 8 * j] = sum[j * S + n];
          kept[n * (16 / S) * layer.out_stride + 8 * j] = derivative[j * S + n];
        }
      }
    }
  }

  // The gradients of the data's losses at the outputs that a thread has.
  template <int O, int S>
  SF_DEVICE void output_gradients(const float (&sum)[O * S], float (&gradient)[O * S]) {
    using Product = ForwardProduct<O, S>;
#pragma unroll
    for (int n = 0; n < S; n++) {
      const int s = Product::example(group.rank()) + n * Product::APART;
      const float weight = memory.levels(k)[s].weight;
#pragma unroll
      for (int j = 0; j < O; j++) {
        const int d = Product::output(group.rank()) + 8 * j;
        if (d < tile.noised()) {
          gradient[j * S + n] = data_gradient(memory.scale, weight, sum[j * S + n] - tile.noise(d, s));
        }
      }
    }
  }

  // Behind a row's numbers this keeps zeros (until a gradient overflows: then the next loss ends the training).
  SF_DEVICE void backward(const Work& of) {
    const LayerPart& part = of.part;
    const ClusterLayer& layer = of.layer;
    if (part.count > 0) {
      float sum[2][4] = {};
      BackwardProduct::run(
          {memory.at(part.a), memory.at(part.b), layer.in_stride, layer.out_stride, layer.out_eights}, sum);
#pragma unroll
      for (int n = 0; n < 2; n++) {
        float* at = memory.at(part.to) + n * 8 * layer.below_stride;
        float4 derivative = load4(at);
        store4(
            at, make_float4(
                    sum[n][0] * derivative.x, sum[n][1] * derivative.y, sum[n][2] * derivative.z,
                    sum[n][3] * derivative.w));
      }
    }
  }

  // By all threads, which have met since: the gradient of the block's chunk, each parameter's to its owner.
  SF_DEVICE void send_gradients() {
    for (int t = (int)threadIdx.x; t < memory.tiles; t += CLUSTER_THREADS) {
      const GradientTile of = memory.tile(t);
      const ClusterLayer layer = memory.layer(of.layer());
      float sum[4][4] = {};
      if (of.kind() == GradientTile::BIASES) {
        sum_rows(memory.at(of.delta), layer.out_stride, count, sum[0]);
        send_biases(layer, of.parameter, sum[0]);
        continue;
      }
      multiply_outer(
          {memory.at(of.delta), memory.at(of.x + parity(layer, of.layer())), layer.out_stride, layer.in_stride, 0}, count,
          sum);
      if (of.kind() == GradientTile::FOURS) {
        send_fours(layer, of.parameter, sum);
      } else {
        send_weights(layer, of.parameter & 0xFFFF, of.parameter >> 16, sum);
      }
    }
  }

  SF_DEVICE void send_fours(const ClusterLayer& layer, int first, const float (&sum)[4][4]) const {
    int end = layer.parameter + layer.in * layer.out;
#pragma unroll
    for (int j = 0; j < 4; j++) {
      int p = first + j * layer.in;
      if (p < end) {
        memory.send_gradients(rank, (unsigned)p, make_float4(sum[j][0], sum[j][1], sum[j][2], sum[j][3]));
      }
    }
  }

  SF_DEVICE void send_weights(const ClusterLayer& layer, int o, int i, const float (&sum)[4][4]) const {
#pragma unroll
    for (int j = 0; j < 4; j++) {
#pragma unroll
      for (int n = 0; n < 4; n++) {
        if (o + j < layer.out && i + n < layer.in) {
          memory.send_gradient(rank, layer.parameter + (o + j) * layer.in + i + n, sum[j][n]);
        }
      }
    }
  }
  SF_DEVICE void send_biases(const ClusterLayer& layer, int o, const float (&sum)[4]) const {
    int p = layer.parameter + layer.in * layer.out + o;
    if (p % 4 == 0 && o + 4 <= layer.out) {
      memory.send_gradients(rank, p, make_float4(sum[0], sum[1], sum[2], sum[3]));
      return;
    }
#pragma unroll
    for (int j = 0; j < 4; j++) {
      if (o + j < layer.out) {
        memory.send_gradient(rank, p + j, sum[j]);
      }
    }
  }

  // Losses of the batch, once all are there; a warp's lanes all get them.
  SF_DEVICE void batch_losses(double& data, double& physics) const {
    auto sum = [&](const float* from) {
      return sum_of_256([&](int j) { return j < call.batch ? (double)from[j] : 0.0; });
    };
    data = sum(tile.losses) / call.batch;
    physics = call.physics.slots > 0 ? sum(tile.losses + call.batch) / call.batch : 0.0;
  }

  // Whether the losses are finite, as finite_loss of the batch's has it; each warp for itself. None that is far from the
  // largest number makes them infinite.
  SF_DEVICE bool finite() const {
    int wild = 0;
    auto look = [&](int from) {
      const float* at = tile.losses + from + threadIdx.x % 32;
#pragma unroll
      for (int i = 0; i < ClusterMemory::LOSSES / 2; i += 32) {
        wild |= absolute(at[i]) < 1e30f ? 0 : 1;
      }
    };
    look(0);
    if (call.physics.slots > 0) {
      look(ClusterMemory::LOSSES / 2);
    }
    if (__all_sync(~0u, wild == 0)) {
      return true;
    }
    double data;
    double physics;
    batch_losses(data, physics);
    return finite_loss(data, physics);
  }

  // By all threads: what follows once the gradients of all chunks are there; returns whether training goes on.
  SF_DEVICE bool update() {
    memory.gradients().await(k);
    AdamStep adam_step = memory.adam(k);
    adam_step.gradient_scale = call.norm_blocks > 0 ? memory.clip(call, group, k) : 1.0f;
    if (!finite()) {
      return false;
    }
    memory.update_own(call, adam_step);
    return true;
  }
};

SF_NAMESPACE_END
