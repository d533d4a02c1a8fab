// What a block of the cluster that trains has in shared memory, and how the blocks share a step's numbers.
//
// Parameters are dealt out to the blocks 32 at a time. Who owns a parameter sums the gradients of all chunks for it, takes
// Adam's step, and sends the new one to all blocks. Whatever goes to another block is sent to it number by number, and a
// barrier of that block counts the bytes: nobody waits for a block that is done.
#pragma once
#include "cluster_products.cuh"
#include "mbarrier.cuh"
#include "trainer.cuh"

SF_NAMESPACE_BEGIN

// The launch.
constexpr int CLUSTER_BLOCKS = 16;
constexpr int CLUSTER_EXAMPLES = 16;  // of a block, and of a chunk
constexpr int CLUSTER_WORKERS = 256;  // threads that run the network; a warp more fetches examples
constexpr int CLUSTER_THREADS = CLUSTER_WORKERS + 32;

// From one row of a layer's weights, or of its inputs, to the next: eight rows begin in different banks.
SF_DEVICE int cluster_stride(int numbers) { return (numbers + 7) / 8 * 8 + 4; }

// io.scorefield.engine.cuda.training.ClusterPlan counts its bytes.
struct ClusterMemory {
  static constexpr int GRANULE = 32;
  static constexpr int LOSSES = 2 * CLUSTER_BLOCKS * CLUSTER_EXAMPLES;
  static constexpr int NORM = 256;  // threads of a block of training_norm, whose sums of squares are made here
  using Level = ExampleLevel<float>;

  // Where arrays begin, in numbers of 4 bytes. Pointers would not tell the compiler in which memory they are.
  int rank;         // of the block
  int owned;        // parameters of a block at most, whole granules
  int own_count;    // those of this block
  float scale;      // of an example, as example_scale has it
  int owned_at;     // parameters, average, moments, gradient where it is clipped [5][owned]
  int places_at;    // of them among the weights
  int inbox_at;     // the chunks' gradients [chunks][owned]
  int squared_at;   // where the gradient is clipped: what the block's blocks of training_norm take the squares of
  int losses_at;    // of the batch [2][2 * 256], of steps in turn: of the data [B], of physics [B], then 0
  int adam_at;      // [2]
  int levels_at;    // of the block's examples [2][examples]
  int rows_at;      // of the examples, see ClusterTile
  int weights_at;   // of layer after layer
  int records_at;   // inputs and gradients at outputs, of layer after layer
  int parts_at;     // of the workers, forward and backward [layers][2][256]
  int tiles_at;     // of gradients
  int tiles;
  int rest_at;

  // What the network and the call have no part in: of block_sums [256], squares of the gradient [64], barriers; then layers.
  static constexpr int SQUARES = 2 * 256;
  static constexpr int BARRIERS = SQUARES + 2 * 64;
  static constexpr int LAYERS = BARRIERS + 2 * 6;

  SF_DEVICE ClusterMemory(const TrainingCall& call, int weight_floats, int record_floats, int tile_count)
      : rank(cluster_rank()),
        own_count(share(call.parameter_count, GRANULE, rank)),
        scale(example_scale(call)) {
    static_assert(sizeof(Level) == 13 * sizeof(float) && sizeof(AdamStep) <= 16 * sizeof(float));
    int next = LAYERS + call.network.count * (int)(sizeof(ClusterLayer) / sizeof(float));
    auto take = [&](int floats) {
      int at = next;
      next += (floats + 3) / 4 * 4;
      return at;
    };
    owned = (call.parameter_count + CLUSTER_BLOCKS * GRANULE - 1) / (CLUSTER_BLOCKS * GRANULE) * GRANULE;
    owned_at = take(5 * owned);
    places_at = take(owned);
    inbox_at = take(CLUSTER_BLOCKS * owned);
    squared_at = take((call.parameter_count + CLUSTER_BLOCKS * NORM - 1) / (CLUSTER_BLOCKS * NORM) * NORM);
    losses_at = take(2 * LOSSES);
    adam_at = take(2 * 16);
    levels_at = take(2 * CLUSTER_EXAMPLES * 13);
    rows_at = take((5 * cluster_stride(call.network.dimension) + 2) * CLUSTER_EXAMPLES);
    weights_at = take(weight_floats);
    records_at = take(record_floats);
    tiles = tile_count;
    parts_at = take(4 * 2 * CLUSTER_WORKERS * call.network.count);
    tiles_at = take(4 * tiles);
    rest_at = next;
  }

  static SF_DEVICE float* at(int place) {
    SF_DYNAMIC_SHARED(float, staged);
    return staged + place;
  }
  static SF_DEVICE double* space() { return (double*)at(0); }
  static SF_DEVICE double* squares() { return (double*)at(SQUARES); }
  static SF_DEVICE Mbarrier& barrier(int number) { return *(Mbarrier*)at(BARRIERS + 2 * number); }
  static SF_DEVICE Mbarrier& gradients() { return barrier(0); }  // of all chunks, and the losses of the batch
  static SF_DEVICE Mbarrier& renewed() { return barrier(1); }    // all parameters
  static SF_DEVICE Mbarrier& summed() { return barrier(2); }     // gradients of which the block takes the squares
  static SF_DEVICE Mbarrier& squared() { return barrier(3); }    // all sums of squares
  static SF_DEVICE float* token() { return at(BARRIERS + 8); }   // what blocks send that have nothing to send
  static SF_DEVICE ClusterLayer& layer(int l) { return ((ClusterLayer*)at(LAYERS))[l]; }
  // Number 2 l is that of layer l forward, 2 l + 1 backward.
  SF_DEVICE LayerPart& part(int number) const {
    return ((LayerPart*)at(parts_at))[number * CLUSTER_WORKERS + threadIdx.x];
  }
  SF_DEVICE GradientTile& tile(int t) const { return ((GradientTile*)at(tiles_at))[t]; }

  SF_DEVICE float& own(int array, int i) const { return *at(owned_at + array * owned + i); }
  SF_DEVICE int& place(int i) const { return *(int*)at(places_at + i); }
  SF_DEVICE float* inbox(int chunk, int i) const { return at(inbox_at + chunk * owned + i); }
  SF_DEVICE float* losses_of(int step) const { return at(losses_at + step % 2 * LOSSES); }
  SF_DEVICE AdamStep& adam(int step) const { return *(AdamStep*)at(adam_at + step % 2 * 16); }
  SF_DEVICE Level* levels(int step) const { return (Level*)at(levels_at + step % 2 * CLUSTER_EXAMPLES * 13); }

  // How many arrays of losses there are.
  SF_DEVICE static int losses(const TrainingCall& call) { return call.physics.slots > 0 ? 2 : 1; }

  // Parameter number i of those that a block owns.
  SF_DEVICE static int parameter_of(int rank, int i) {
    return (i / GRANULE * CLUSTER_BLOCKS + rank) * GRANULE + i % GRANULE;
  }

  // The other way round: who owns a parameter, and its number there.
  SF_DEVICE static int owner_of(unsigned p) { return (int)(p / GRANULE % CLUSTER_BLOCKS); }
  SF_DEVICE static int number_of(unsigned p) {
    return (int)(p / (CLUSTER_BLOCKS * GRANULE) * GRANULE + p % GRANULE);
  }

  // How many of `count` numbers a block has, when they are dealt out so many at a time.
  SF_DEVICE static int share(int count, int granule, int rank) {
    int round = CLUSTER_BLOCKS * granule;
    int last = count % round - rank * granule;
    return count / round * granule + (last < 0 ? 0 : last < granule ? last : granule);
  }

  // Calls body(parameter, its number in the block); by all threads of the block.
  template <class Body>
  SF_DEVICE void each_own(Body body) const {
    for (int i = (int)threadIdx.x; i < own_count; i += CLUSTER_THREADS) {
      body(parameter_of(rank, i), i);
    }
  }

  // Where a parameter lies among the weights.
  SF_DEVICE int place_of(const Network& network, int p) const {
    const ClusterLayer& of = layer(layer_of(network, p));
    int i = p - of.parameter;
    int o = i / of.in;
    return i >= of.in * of.out ? of.weights + (i - of.in * of.out) * of.in_stride + of.bias
                               : of.weights + o * of.in_stride + i - o * of.in;
  }

  // By all threads of the block: the layers, weights, what is the block's own, the barriers.
  SF_DEVICE void begin(const TrainingCall& call) const {
    if (threadIdx.x == 0) {
      int weight = 0;
      int record = 0;
      for (int l = 0; l < call.network.count; l++) {
        const Layer& of = call.network.layers[l];
        ClusterLayer made{};
        made.in = of.in;
        made.out = of.out;
        made.in_eights = (of.in + 7) / 8 * 8;
        made.out_eights = (of.out + 7) / 8 * 8;
        made.in_stride = cluster_stride(of.in);
        made.out_stride = cluster_stride(of.out);
        made.to_stride = made.out_stride;
        made.below_stride = made.in_stride;
        made.bias = made.in_stride - 4;
        made.shape = of.out > 64 ? 2 : of.out > 16 ? 1 : 0;
        made.weights = weights_at + weight;
        made.inputs = records_at + record;
        record += (l == 0 ? 2 : 1) * CLUSTER_EXAMPLES * made.in_stride;
        made.deltas = records_at + record;
        record += CLUSTER_EXAMPLES * made.out_stride;
        made.parameter = of.parameter;
        weight += ClusterLayer::rows(of.out) * made.in_stride;
        layer(l) = made;
      }
      for (int i = 0; i < 4; i++) {
        barrier(i).start(1);
      }
      publish_barriers();
    }
    for (int i = inbox_at + (int)threadIdx.x; i < rest_at; i += (int)blockDim.x) {
      // Of chunks that there are not, -0: that changes no sum.
      *at(i) = i >= inbox_at + call.chunks * owned && i < inbox_at + CLUSTER_BLOCKS * owned ? -0.0f : 0.0f;
    }
    __syncthreads();
    set_tiles(call);
    if (threadIdx.x < CLUSTER_WORKERS) {
      for (int l = 0; l < call.network.count; l++) {
        set_part(call, l);
      }
    }
    for (int p = (int)threadIdx.x; p < call.parameter_count; p += (int)blockDim.x) {
      *at(place_of(call.network, p)) = call.parameters[p];
    }
    each_own([&](int p, int i) {
      own(0, i) = call.parameters[p];
      own(1, i) = call.average[p];
      own(2, i) = call.first_moment[p];
      own(3, i) = call.second_moment[p];
      place(i) = place_of(call.network, p);
    });
  }

  SF_DEVICE void set_part(const TrainingCall& call, int l) const {
    const ClusterLayer& of = layer(l);
    bool last = l == call.network.count - 1;
    int s = of.shape > 0 ? ForwardProduct<1, 4>::example((int)threadIdx.x) : ForwardProduct<1, 1>::example((int)threadIdx.x);
    int o = of.shape == 2   ? ForwardProduct<4, 4>::output((int)threadIdx.x)
            : of.shape == 1 ? ForwardProduct<2, 4>::output((int)threadIdx.x)
                            : ForwardProduct<1, 1>::output((int)threadIdx.x);
    int to = last ? rows_at : layer(l + 1).inputs;
    int to_stride = last ? cluster_stride(of.out) : layer(l + 1).in_stride;
    int kept = of.deltas + s * of.out_stride + o;
    part(2 * l) = {
        of.weights + o * of.in_stride, of.inputs + s * of.in_stride, (to + s * to_stride + o) | kept << 16,
        o < of.out ? of.out - o : 0};
    s = BackwardProduct::example((int)threadIdx.x);
    int i = BackwardProduct::input((int)threadIdx.x);
    part(2 * l + 1) = {
        of.weights + i, of.deltas + s * of.out_stride, l > 0 ? layer(l - 1).deltas + s * layer(l - 1).out_stride + i : 0,
        i < of.in ? 4 : 0};
  }

  // Weights that are sent four at a time come first, biases last: they are the least work.
  SF_DEVICE void set_tiles(const TrainingCall& call) const {
    int next = 0;
    for (int kind = GradientTile::FOURS; kind <= GradientTile::BIASES; kind++) {
      for (int l = 0; l < call.network.count; l++) {
        const ClusterLayer& of = layer(l);
        bool fours = of.in % 4 == 0 && of.parameter % 4 == 0;
        int across = kind == GradientTile::BIASES                ? 1
                     : fours == (kind == GradientTile::FOURS) ? GradientTile::fours(of.in)
                                                                : 0;
        int count = across * GradientTile::fours(of.out);
        for (int u = (int)threadIdx.x; u < count; u += (int)blockDim.x) {
          int o = u / across * 4;
          int i = u % across * 4;
          int parameter = kind == GradientTile::FOURS ? of.parameter + o * of.in + i : o | i << 16;
          tile(next + u) = {of.deltas + o, of.inputs + i, parameter, 4 * l | kind};
        }
        next += count;
      }
    }
  }

  SF_DEVICE void end(const TrainingCall& call) const {
    each_own([&](int p, int i) {
      call.parameters[p] = own(0, i);
      call.average[p] = own(1, i);
      call.first_moment[p] = own(2, i);
      call.second_moment[p] = own(3, i);
    });
  }

  // What the barriers of a step wait for; by one thread, in every step. Some of it may be there already, but nothing of the
  // step after it: every block waits for something of each.
  SF_DEVICE void expect(const TrainingCall& call) const {
    constexpr int BYTES = sizeof(float);
    int owners = (call.parameter_count + GRANULE - 1) / GRANULE;
    gradients().arrive_for(
        BYTES * (own_count * call.chunks + losses(call) * call.batch + CLUSTER_BLOCKS - call.chunks));
    renewed().arrive_for(BYTES * (call.parameter_count + (owners < CLUSTER_BLOCKS ? CLUSTER_BLOCKS - owners : 0)));
    if (call.norm_blocks > 0) {
      summed().arrive_for(BYTES * share(call.parameter_count, NORM, rank));
      squared().arrive_for(2 * BYTES * call.norm_blocks);
    }
  }

  // Of a block that has no examples, or no parameters.
  SF_DEVICE void send_token(Mbarrier& arrives) const {
    if (threadIdx.x < CLUSTER_BLOCKS) {
      send(token(), (int)threadIdx.x, 0.0f, arrives);
    }
  }

  // The losses of a block's examples become known to all blocks; by `threads` threads.
  SF_DEVICE void send_losses(
      const TrainingCall& call, float* batch_losses, int first, int count, int thread, int threads) const {
    for (int i = thread; i < CLUSTER_BLOCKS * CLUSTER_EXAMPLES; i += threads) {
      int s = i % CLUSTER_EXAMPLES;
      if (s < count) {
        for (int j = first + s; j < losses(call) * call.batch; j += call.batch) {
          send(batch_losses + j, i / CLUSTER_EXAMPLES, batch_losses[j], gradients());
        }
      }
    }
  }

  // The gradient of a chunk, of one parameter or of four neighbours, to its owner.
  SF_DEVICE void send_gradient(int chunk, unsigned p, float sum) const {
    send(inbox(chunk, number_of(p)), owner_of(p), sum, gradients());
  }
  SF_DEVICE void send_gradients(int chunk, unsigned p, float4 sums) const {
    send4(inbox(chunk, number_of(p)), owner_of(p), sums, gradients());
  }

  // The gradient of an own parameter: the sum of chunks in ascending order.
  SF_DEVICE float gradient_of(int i) const {
    float part[CLUSTER_BLOCKS];
#pragma unroll
    for (int c = 0; c < CLUSTER_BLOCKS; c++) {
      part[c] = *inbox(c, i);
    }
    float sum = part[0];
#pragma unroll
    for (int c = 1; c < CLUSTER_BLOCKS; c++) {
      sum += part[c];
    }
    return sum;
  }

  // The factor of clipping, from the sums of squares that the blocks of training_norm make; by all threads, of which the
  // workers have a group.
  template <class Group>
  SF_DEVICE float clip(const TrainingCall& call, const Group& group, int step) const {
    each_own([&](int p, int i) {
      float sum = gradient_of(i);
      own(4, i) = sum;
      send(at(squared_at + p / (CLUSTER_BLOCKS * NORM) * NORM + p % NORM), p / NORM % CLUSTER_BLOCKS, sum, summed());
    });
    if constexpr (Group::WORK) {
      summed().await(step);
      for (int v = rank; v < call.norm_blocks; v += CLUSTER_BLOCKS) {
        double sum = norm_part(
            call, v, call.norm_blocks, space(),
            [&](int p) { return *at(squared_at + p / (CLUSTER_BLOCKS * NORM) * NORM + p % NORM); }, [&] { group.sync(); });
        if (threadIdx.x < CLUSTER_BLOCKS) {
          send(squares() + v, (int)threadIdx.x, sum, squared());
        }
      }
    }
    squared().await(step);
    return clipping(call, [&](int v) { return squares()[v]; });
  }

  // Adam on a block's own parameters; all blocks get the new ones. By all threads.
  SF_DEVICE void update_own(const TrainingCall& call, const AdamStep& adam_step) const {
    for (int i = (int)threadIdx.x; i < own_count; i += CLUSTER_THREADS) {
      float* to = at(place(i));
      float x[4] = {own(0, i), own(1, i), own(2, i), own(3, i)};
      update(adam_step, call.norm_blocks > 0 ? own(4, i) : gradient_of(i), x[0], x[1], x[2], x[3]);
#pragma unroll
      for (int r = 0; r < CLUSTER_BLOCKS; r++) {
        send(to, r, x[0], renewed());
      }
#pragma unroll
      for (int n = 0; n < 4; n++) {
        own(n, i) = x[n];
      }
    }
    if (own_count == 0) {
      send_token(renewed());
    }
  }
};

SF_NAMESPACE_END
