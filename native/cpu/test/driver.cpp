// Samples, evaluates, noises and trains with small and awkward sizes on every instruction set that this
// processor has, and compares threads and instruction sets with each other. native/cpu/test/sanitize.sh runs it
// under AddressSanitizer and UndefinedBehaviorSanitizer.
//
// driver digests: a line for every instruction set and kind of result, with a hash of its bits, to compare systems and compilers.
// driver exhaustive: the largest errors of the elementary functions over all 2^32 floats.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>
#include "philox.cuh"
#include "portable.cuh"
#include "program_case.h"
#include "scorefield_cpu.h"

using namespace scorefield;

namespace {

int failures = 0;

void require(bool fine, const char* what) {
  if (!fine) {
    std::printf("FAILED: %s\n", what);
    failures++;
  }
}

// Numbers in [-1, 1) that are the same everywhere.
struct Numbers {
  uint64_t next = 0;

  float one() { return (float)(int32_t)philox(7, next++, 0, 9).r[0] * 0x1.0p-31f; }

  std::vector<float> many(size_t count) {
    std::vector<float> numbers(count);
    for (float& number : numbers) {
      number = one();
    }
    return numbers;
  }
};

struct Case {
  std::vector<int32_t> shape;  // as in the interface: D, E, activation, hidden layers, widths

  int dimension() const { return shape[0]; }
  int features() const { return shape[1]; }
  int width() const { return shape[3] > 0 ? shape[4] : shape[0]; }

  size_t parameters() const {
    size_t count = 0;
    size_t in = (size_t)(shape[0] + shape[1]);
    for (int layer = 0; layer <= shape[3]; layer++) {
      size_t out = (size_t)(layer < shape[3] ? shape[4 + (size_t)layer] : shape[0]);
      count += (in + 1) * out;
      in = out;
    }
    return count;
  }

  std::vector<float> weights() const {
    std::vector<float> numbers = Numbers{(uint64_t)parameters()}.many(parameters());
    for (float& number : numbers) {
      number *= 0.3f;
    }
    return numbers;
  }
};

// |x| - 1.5; the sum of the components, by a loop; a tenth of the first as an objective.
struct Laws {
  std::vector<TapeRow> rows;
  std::vector<int32_t> indices;
  std::vector<float> scale;
  std::vector<float> shift;

  explicit Laws(int dimension) : scale((size_t)dimension, 0.9f), shift((size_t)dimension, 0.1f) {
    int32_t sum = 0;
    for (int32_t d = 0; d < dimension; d++) {
      add(TapeOperation::INPUT, d);
      int32_t square = add(TapeOperation::SQUARE, last());
      sum = d > 0 ? add(TapeOperation::ADD, sum, square) : square;
      indices.push_back(d);
    }
    int32_t root = add(TapeOperation::SQRT, sum);
    add(TapeOperation::CONSTANT, 0, 0, 0, 1.5f);
    add(TapeOperation::SUBTRACT, root, last());
    add(TapeOperation::RESIDUAL, last(), 0, 0, 1.0f);
    int32_t loop = add(TapeOperation::LOOP, 0, last() + 4, dimension);  // its end is three rows on
    add(TapeOperation::GATHER, 0);
    int32_t total = add(TapeOperation::TOTAL, last());
    add(TapeOperation::END, loop);
    add(TapeOperation::RESIDUAL, total, 1, 0, 0.3f);
    add(TapeOperation::OBJECTIVE, 0, 0, 0, 0.1f);
  }

  int32_t last() const { return (int32_t)rows.size() - 1; }

  int32_t add(TapeOperation operation, int32_t first, int32_t second = 0, int32_t count = 0, float immediate = 0) {
    rows.push_back({operation, first, second, count, immediate});
    return last();
  }

  PhysicsTerm term(PhysicsLoss loss) const {
    return PhysicsTerm{
        rows.data(), indices.data(), nullptr, scale.data(), shift.data(), (int32_t)rows.size(), 2, loss, 2, 2, 0};
  }
};

std::vector<StepRow> program() {
  StepRow plain = {};
  plain.loss = 1;
  plain.input_scale = 0.9f;
  plain.state = 0.8f;
  plain.output = 0.3f;
  plain.noise = 0.2f;
  plain.memory_decay = 0.5f;
  plain.memory_output = 0.4f;
  plain.x0_from_x = 1.1f;
  plain.x0_from_output = -0.4f;
  plain.uses = USES_NETWORK | USES_NOISE | SAVES | ESTIMATES_BY_NETWORK;
  plain.stream = NoiseStream::SAMPLER;
  StepRow guided = plain;
  guided.guidance = 0.2f;
  guided.memory_guidance = 0.1f;
  guided.saved = 0.1f;
  guided.memory = 0.1f;
  guided.noise_step = 1;
  guided.uses = USES_NETWORK | USES_ESTIMATE | USES_GRADIENT | USES_NOISE | ESTIMATES_BY_NETWORK;
  guided.objective = 0.5f;
  StepRow solved = guided;
  solved.iterations = 2;
  solved.noise_variance = 0.3f;
  solved.spread = 0.4f;
  StepRow isotropic = solved;
  isotropic.uses |= ISOTROPIC;
  StepRow projected = plain;
  projected.state = 0;
  projected.output = 0;
  projected.noise = 0;
  projected.projected = 0.7f;
  projected.uses = USES_NETWORK | USES_ESTIMATE | USES_PROJECTION | ESTIMATES_BY_NETWORK;
  StepRow noise = plain;
  noise.noise_step = 5;
  noise.stream = NoiseStream::CORRECTOR;
  noise.uses = USES_NOISE;
  StepRow tested = {};
  tested.inverse_temperature = 2;
  tested.proposal_step = 0.1f;
  tested.stream = NoiseStream::ACCEPTANCE;
  tested.uses = TESTS;
  StepRow diverging = plain;
  diverging.divergence = 0.5f;
  diverging.uses |= DIVERGES;
  StepRow probed = diverging;
  probed.probes = 2;
  return {plain, guided, solved, isotropic, projected, noise, tested, diverging, probed};
}

// What a sampling call or a training takes of a network: a perceptron's shape or a program.
struct Net {
  const int32_t* shape;
  const ProgramTable* program;
  const ProgramTable* trained;  // the same with the way back to the parameters
  int32_t dimension;
  int32_t features;
  size_t row_numbers;  // that a row of the sampler needs
  std::vector<float> weights;
};

std::vector<float> sample(Engine* engine, const Net& network, int64_t count, bool given) {
  std::vector<StepRow> rows = program();
  std::vector<float> row_bias(7 * network.row_numbers, 0.25f);
  Laws laws(network.dimension);
  std::vector<float> weights = network.weights;
  size_t floats = (size_t)count * (size_t)network.dimension;
  std::vector<float> initial = Numbers{1}.many(floats);
  std::vector<int32_t> snapshot_rows = {-1, 1};
  std::vector<float> results(3 * floats);
  uint64_t failed = 0;
  int64_t fallen = 0;
  std::vector<float> divergence((size_t)count);
  for (int32_t loss = 0; loss < 3; loss++) {
    PhysicsTerm physics = laws.term(static_cast<PhysicsLoss>(loss));
    SamplingCall* call = sf_sampling_create(
        engine, network.shape, network.program, weights.data(), rows.data(), (int32_t)rows.size(), row_bias.data(),
        1.3f, initial.data(), network.dimension > 1 ? 1 : 0, 42, &physics, nullptr);
    require(call != nullptr, "a sampling call is created");
    // The first sample is the last of its low word, so that lanes carry into the high one.
    int32_t row = sf_sampling_run(
        call, 0xFFFFFFFFu, count, given ? initial.data() : nullptr, snapshot_rows.data(), 2,
        results.data() + floats, results.data(), divergence.data(), &failed, &fallen);
    require(row == -1, "all samples are finite");
    sf_sampling_destroy(call);
  }
  std::vector<float> output(floats);
  require(
      sf_evaluate(
          engine, network.shape, network.program, weights.data(), row_bias.data(), initial.data(), count,
          output.data()) == 0,
      "the network is evaluated");
  results.insert(results.end(), output.begin(), output.end());
  results.insert(results.end(), divergence.begin(), divergence.end());
  return results;
}

// twice: the laws look at a second evaluation in some of the levels; free: gradients are combined without conflict.
std::vector<float> train(
    Engine* engine, const Net& network, int32_t batch, bool clips, double decay, bool twice = false,
    bool free = false) {
  constexpr int32_t ROWS = 50;
  constexpr int32_t POINTS = 30;
  constexpr int32_t STEPS = 3;
  std::vector<NoiseRow> table(ROWS);
  for (int32_t r = 0; r < ROWS; r++) {
    float sigma = (float)(r + 1) / (ROWS + 1);
    float alpha = std::sqrt(1 - sigma * sigma);
    NoiseRow& row = table[(size_t)r];
    row = {};
    row.alpha = alpha;
    row.sigma = sigma;
    row.input_scale = 1;
    row.target_eps = 1;
    row.weight = 1;
    row.x0_from_x = 1 / alpha;
    row.x0_from_output = -sigma / alpha;
    row.physics_weight = r % 2 == 0 ? 0.01f : 0.0f;
    row.physics_limit = r % 3 == 0 ? 0.5f : 0.0f;
    row.objective_weight = r % 4 == 0 ? 0.01f : 0.0f;
    row.next_from_x = 0.4f;
    row.next_from_output = 0.3f;
    row.next = twice && r > 5 ? r % 5 : -1;
  }
  std::vector<float> features = Numbers{2}.many((size_t)(ROWS * network.features) + 1);
  bool paired = clips;
  std::vector<float> data = Numbers{3}.many((size_t)((paired ? 2 : 1) * POINTS * network.dimension));
  std::vector<float> state = network.weights;
  std::vector<float> zero(state.size());
  std::vector<int32_t> examples((size_t)(STEPS * batch));
  for (size_t i = 0; i < examples.size(); i++) {
    examples[i] = (int32_t)(i * 7 % POINTS);
  }
  std::vector<AdamStep> adam(STEPS);
  double first_power = 1;
  double second_power = 1;
  for (AdamStep& step : adam) {
    first_power *= 0.9;
    second_power *= 0.999;
    step = AdamStep{
        1,    0.9f, 0.1f, 0.999f, 0.001f, (float)(1e-3 / (1 - first_power)),
        (float)(1 / (1 - second_power)), 1e-8f, (float)(1 - decay), decay != 0};
  }
  std::vector<double> data_losses(STEPS);
  std::vector<double> physics_losses(STEPS);
  Laws laws(network.dimension);
  PhysicsTerm physics = laws.term(PhysicsLoss::HALF_SQUARE);
  std::vector<float> average(state.size());
  std::vector<float> first(state.size());
  std::vector<float> second(state.size());
  // Both kinds of training have the same functions.
  auto run = [&](const auto* table_of_network, auto create, auto advance, auto step, auto stored, auto destroy) {
    auto* session = create(
        engine, table_of_network, table.data(), ROWS, features.data(), data.data(), network.dimension > 2 ? 1 : 0,
        paired, paired ? POINTS / 2 : POINTS, paired ? ROWS / 2 : ROWS, batch, 5, clips ? 0.5 : INFINITY, decay != 0, 0, state.data(), state.data(), zero.data(), zero.data(), &physics, free);
    require(session != nullptr, "a training is created");
    int32_t written =
        advance(session, STEPS, examples.data(), adam.data(), data_losses.data(), physics_losses.data());
    require(written == STEPS && step(session) == STEPS, "all steps are done");
    stored(session, state.data(), average.data(), first.data(), second.data());
    destroy(session);
  };
  if (network.trained != nullptr) {
    run(network.trained, sf_program_training_create, sf_program_training_advance, sf_program_training_step,
        sf_program_training_state, sf_program_training_destroy);
  } else {
    run(network.shape, sf_training_create, sf_training_advance, sf_training_step, sf_training_state,
        sf_training_destroy);
  }
  for (const std::vector<float>& part : {average, first, second}) {
    state.insert(state.end(), part.begin(), part.end());
  }
  for (int32_t k = 0; k < STEPS; k++) {
    state.push_back((float)data_losses[(size_t)k]);
    state.push_back((float)physics_losses[(size_t)k]);
  }
  return state;
}

std::vector<float> forward_noise(Engine* engine, int32_t dimension, int64_t count) {
  NoiseRow table[2] = {};
  table[0].alpha = 1;
  table[1].alpha = 0.25f;
  table[1].sigma = 1.5f;
  std::vector<int32_t> rows((size_t)count);
  for (size_t i = 0; i < rows.size(); i++) {
    rows[i] = (int32_t)(i % 3 == 0);
  }
  std::vector<float> x0 = Numbers{4}.many((size_t)(count * dimension));
  std::vector<float> xt(x0.size());
  sf_forward_noise(engine, table, rows.data(), x0.data(), 7, 1000, count, dimension, 0, xt.data());
  return xt;
}

// Normals of samples that are far apart, of blocks of several streams.
std::vector<float> normals(const Engine* engine) {
  std::vector<float> all;
  std::vector<float> block(4 * 301);
  for (uint64_t seed : {1ull, 0xFFFFFFFFFFFFFFFFull}) {
    for (uint64_t first : {0ull, 0xFFFFFFF0ull, 1ull << 40}) {
      for (uint32_t number : {0u, 7u, 1u << 20}) {
        sf_normals(engine, seed, first, 301, number, (number + (uint32_t)seed) % 4, block.data());
        all.insert(all.end(), block.begin(), block.end());
      }
    }
  }
  return all;
}

// The elementary functions from 2^-40 to 2^6, of both signs but for the logarithm.
std::vector<float> functions(const Engine* engine) {
  std::vector<float> x = Numbers{9}.many(4000);
  for (size_t i = 0; i < x.size(); i++) {
    x[i] = std::ldexp(x[i], (int)(i % 47) - 40);
  }
  std::vector<float> all;
  std::vector<float> y(x.size());
  for (int32_t function = 0; function < 8; function++) {
    std::vector<float> arguments = x;
    for (float& argument : arguments) {
      argument = function == 1 ? std::fabs(argument) : argument;
    }
    sf_elementary(engine, function, arguments.data(), y.data(), (int64_t)y.size());
    all.insert(all.end(), y.begin(), y.end());
  }
  return all;
}

// Results of one instruction set.
struct Results {
  std::vector<float> numbers;
  size_t perceptrons = 0;  // how many of the numbers are those of perceptrons, which come first
  std::vector<std::pair<const char*, uint64_t>> digests;  // FNV-1a over the bytes of a kind of result

  void keep(const char* kind, const std::vector<float>& part) {
    numbers.insert(numbers.end(), part.begin(), part.end());
    size_t at = 0;
    while (at < digests.size() && std::strcmp(digests[at].first, kind) != 0) {
      at++;
    }
    if (at == digests.size()) {
      digests.emplace_back(kind, 0xcbf29ce484222325ull);
    }
    for (float number : part) {
      uint32_t bits = bits_of(number);
      for (int shift = 0; shift < 32; shift += 8) {
        digests[at].second = (digests[at].second ^ (bits >> shift & 0xFF)) * 0x100000001b3ull;
      }
    }
  }
};

// Empty where the processor lacks the instruction set.
Results everything(const char* target, int32_t threads) {
  Engine* engine = sf_engine_create(threads, target);
  if (engine == nullptr) {
    return {};
  }
  const Case cases[] = {
      {{1, 0, 0, 0}},           {{1, 1, 1, 1, 1}},          {{2, 1, 0, 2, 7, 9}}, {{2, 3, 2, 2, 64, 64}},
      {{3, 2, 3, 2, 65, 8}},    {{17, 5, 4, 1, 33}},        {{2, 32, 1, 2, 300, 260}},
      {{2, 1, 0, 4, 160, 150, 155, 160}},
      {{2, 1, 0, 3, 300, 300, 4}},
      {{2, 0, 4, 4, 300, 3, 300, 300}},
  };
  Results results;
  results.keep("normals", normals(engine));
  results.keep("functions", functions(engine));
  ProgramCase sampled(false);
  ProgramCase trained(true);
  ProgramTable sampled_table = sampled.table();
  ProgramTable trained_table = trained.table();
  auto net = [](const Case& of) {
    return Net{of.shape.data(), nullptr, nullptr, of.dimension(), of.features(), (size_t)of.width(), of.weights()};
  };
  std::vector<Net> nets;
  for (const Case& of : cases) {
    nets.push_back(net(of));
  }
  auto all_of = [&](const Net& network, const char* samples, const char* trainings) {
    for (int64_t count : {1, 3, 4, 17, 67}) {
      results.keep(samples, sample(engine, network, count, count % 2 == 0));
      results.keep("noising", forward_noise(engine, network.dimension, count));
    }
    for (int32_t batch : {1, 5, 25, 65, 200}) {
      results.keep(trainings, train(engine, network, batch, batch % 2 == 0, batch == 25 ? 0.9 : 0));
    }
  };
  for (const Net& network : nets) {
    all_of(network, "samples", "trainings");
  }
  // Several chunks.
  results.keep("trainings", train(engine, nets[2], 130, true, 0.9, true));
  results.keep("trainings", train(engine, nets[2], 130, false, 0, true, true));
  results.keep("trainings", train(engine, nets[4], 33, true, 0, false, true));
  results.keep("trainings", train(engine, nets[2], 2500, true, 0.9));
  results.keep("trainings", train(engine, nets[6], 4500, false, 0));
  results.perceptrons = results.numbers.size();
  Net program = {
      nullptr, &sampled_table, &trained_table, ProgramCase::DIMENSION, ProgramCase::FEATURES,
      (size_t)ProgramCase::FEATURES, Numbers{6}.many(ProgramCase::PARAMETERS)};
  all_of(program, "program-samples", "program-trainings");
  results.keep("program-trainings", train(engine, program, 130, true, 0.9, true));
  results.keep("program-trainings", train(engine, program, 130, false, 0, true, true));
  sf_engine_destroy(engine);
  return results;
}

bool same(const std::vector<float>& a, const std::vector<float>& b, size_t count) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), count * sizeof(float)) == 0;
}

double exact(int32_t function, double x) {
  switch (function) {
    case 0: return std::exp(x);
    case 1: return std::log(x);
    case 2: return std::tanh(x);
    case 3: return std::sin(x);
    case 4: return std::cos(x);
    case 5: return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
    default: return 1 / (1 + std::exp(-x));
  }
}

void exhaustive() {
  const char* names[] = {"exponential", "natural logarithm", "tanh", "sine", "cosine", "softplus", "logistic"};
  Engine* engine = sf_engine_create(1, nullptr);
  std::vector<float> x(1 << 16);
  std::vector<float> y(1 << 16);
  for (int32_t function = 0; function < 7; function++) {
    double largest = 0;
    float at = 0;
    for (uint64_t start = 0; start < 1ull << 32; start += x.size()) {
      for (size_t i = 0; i < x.size(); i++) {
        x[i] = float_of((uint32_t)(start + i));
      }
      sf_elementary(engine, function, x.data(), y.data(), (int64_t)x.size());
      for (size_t i = 0; i < x.size(); i++) {
        double truth = exact(function, x[i]);
        float nearest = (float)truth;
        if (!std::isfinite(nearest)) {
          bool same = std::isnan(nearest) ? std::isnan(y[i]) : y[i] == nearest || (y[i] > 0) == (nearest > 0 && y[i] > 3.4e38f);
          require(same, names[function]);
          continue;
        }
        double unit = std::fmax(std::fabs(std::nextafter(nearest, INFINITY) - (double)nearest), 0x1.0p-149);
        double error = std::fabs(y[i] - truth) / unit;
        if (!(error <= largest)) {
          largest = error;
          at = x[i];
        }
      }
    }
    std::printf("%-18s %.3f at %.9g\n", names[function], largest, at);
  }
  sf_engine_destroy(engine);
}

// What a device divides by itself (refined_quotient) is rounded as the division is, for the operands that activations have: from
// the rounded inverse, and from its neighbours but where the fraction of the divisor is all ones. Every `step`-th float.
void quotients(uint32_t step) {
  auto next = [](float x, int by) { return float_of(bits_of(x) + (uint32_t)by); };
  auto right = [&](float a, float b) {
    const bool ones = (bits_of(b) & 0x7FFFFFu) == 0x7FFFFFu;
    for (int by = ones ? 0 : -1; by <= (ones ? 0 : 1); by++) {
      if (bits_of(refined_quotient(a, b, next(1.0f / b, by))) != bits_of(a / b)) {
        return false;
      }
    }
    return true;
  };
  bool tangents = true;
  bool others = true;
  for (uint32_t bits = bits_of(0x1p-120f); bits <= bits_of(7.85f); bits += step) {
    const float x = float_of(bits);
    const float y = x * x;
    // Of the sizes that hyperbolic_tangent divides; exactly these where x is small.
    tangents = tangents && right(x * 4092967.5f, 4092967.5f + y * 1893230.5f);
    if (x <= 1.0f) {
      others = others && right(x, 1.0f + x) && right(1.0f, 1.0f + x) && right(x, 2.0f + x);
    }
  }
  // 1 + e^x up to x = 87, as logistic_within has it.
  for (uint32_t bits = bits_of(1.0f); bits < bits_of(0x1p126f); bits += step) {
    others = others && right(1.0f, float_of(bits));
  }
  require(tangents, "quotients of the hyperbolic tangent");
  require(others, "quotients of the logistic function and of softplus");
}

}  // namespace

int main(int argument_count, char** arguments) {
  if (argument_count > 1 && std::strcmp(arguments[1], "exhaustive") == 0) {
    exhaustive();
    quotients(64);
    return failures == 0 ? 0 : 1;
  }
  bool digests = argument_count > 1 && std::strcmp(arguments[1], "digests") == 0;
  // Under sanitizers, where everything takes ten times as long, one further number of threads is enough.
  const bool few = argument_count > 1 && std::strcmp(arguments[1], "few") == 0;
  const std::vector<int32_t> others = few ? std::vector<int32_t>{3} : std::vector<int32_t>{2, 3, 7, 17};
  if (!digests) {
    quotients(4099);
  }
  Results fused;
  for (const char* target : {"avx512bf16", "avx512", "avx2", "portable"}) {
    Results one = everything(target, 1);
    if (one.numbers.empty()) {
      if (!digests) {
        std::printf("%-10s not on this processor\n", target);
      }
      continue;
    }
    if (digests) {
      for (const auto& [kind, hash] : one.digests) {
        std::printf("%s %s %016llx\n", target, kind, (unsigned long long)hash);
      }
      continue;
    }
    for (int32_t threads : others) {
      Results many = everything(target, threads);
      require(same(many.numbers, one.numbers, one.numbers.size()), "results do not depend on threads");
    }
    for (float number : one.numbers) {
      if (!std::isfinite(number)) {
        require(false, "all results are finite");
        break;
      }
    }
    // Sets with a fused multiply-add agree to the bit where networks are perceptrons. Programs sum gradients over the lanes
    // of a vector.
    if (std::strcmp(target, "avx512") == 0 || std::strcmp(target, "avx2") == 0) {
      require(fused.numbers.empty() || same(fused.numbers, one.numbers, one.perceptrons), "avx512 and avx2 give the same bits");
      fused = one;
    }
    std::printf("%-10s %zu numbers\n", target, one.numbers.size());
  }
  if (!digests) {
    std::printf("%s\n", failures == 0 ? "passed" : "failed");
  }
  return failures == 0 ? 0 : 1;
}
