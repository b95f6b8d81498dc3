/** Arguments for every sentence that takes some, by its key: as they come, and once for each way of saying it. */
import type { Texts } from "../../src/texts/texts.ts";

export type Samples<T> = {
  [Key in keyof T as T[Key] extends string ? never : Key]?: T[Key] extends (...given: infer Given) => string
    ? Given[]
    : Samples<T[Key]>;
};

const AT = 1_790_000_000_500;
const USER = "200000000000000003";
const ROLE = "300000000000000004";
const CHANNEL = "400000000000000005";
const URL = "https://example.org/article";
const GIB = 1024 ** 3;
const none = undefined;

const setting = { width: 768, height: 512, steps: 29, deviceName: "NVIDIA H200" };
const times = { median: 3.14, min: 2.72, max: 12.34 };
const interval = { lower: 0.123, upper: 0.456 };
const preset = {
  ...{ backend: "torchao-int8", steps: 29, size: "768x512", guidance: 3.5, images: 3 },
  ...{ maxSteps: 37, maxImages: 4 },
};
const oneOfEach = { ...preset, steps: 1, images: 1, maxSteps: 1, maxImages: 1 };
const bare = {
  ...{ backend: "bf16", steps: none, size: none, guidance: none, images: none },
  ...{ maxSteps: none, maxImages: none },
};
const names = ["portraits", "night"];
const many = Array.from({ length: 25 }, (_, index) => `name${index + 100}`);
const limits = { perMinute: 7, waiting: 5, gpuSeconds: 640 };
const used = { used: 23, most: 47, resetsAt: AT };
const trials = [{ mode: "two-picture", options: 2 } as const, { mode: "find-original", options: 3 } as const];
const figures = {
  ...{ backend: "bnb-nf4", rounds: 12, votes: 34, correct: 21, members: 8 },
  ...{ wilson: interval, clopperPearson: { lower: 0.234, upper: 0.567 }, interval },
  dPrime: { estimate: 0.87, lower: 0.12, upper: 1.63 },
};
const ids = [["bnb-nf4", "gguf-q2_k"]] satisfies [string[]];

export const samples: Samples<Texts> = {
  engine: {
    said: {
      package_missing: [[{ package: "torchao" }]],
      gpu_too_old: [[{ needed: "8.9", device: "NVIDIA A100", has: "8.0" }]],
      compiler_missing: [[{}]],
      cuda_compiler_missing: [[{}]],
      weights_file_missing: [[{ label: "GGUF Q4_K", recipe: "gguf-q4_k" }]],
      model_quantized: [[{ saved: "bitsandbytes nf4" }]],
      quanto_plain_fp8: [[{}]],
      torchao_cpu_int4: [[{}]],
      torch_cpu_fp8: [[{}]],
      cpu_offload: [[{}]],
      clip_truncated: [[{}]],
      decoded_in_tiles: [[{ image: 3 }]],
      compiling_failed: [
        [{ error: "InductorError", way: "library" }],
        [{ error: "InductorError", way: "uncompiled" }],
      ],
      fast_wrong: [[{ error: 0.12, way: "library" }]],
      loading_ran_out: [[{ what: "GGUF Q4_K" }]],
      over_budget: [[{ label: "Original bf16", needed: 24 * GIB, budget: 16.5 * GIB }]],
      image_too_large: [[{}]],
      weights_damaged: [[{ what: "GGUF Q4_K" }]],
      file_missing: [[{ what: "FLUX.1-dev" }]],
      cache_unusable: [[{ what: "Quanto int4" }]],
      disk_full: [[{ what: "GGUF Q4_1" }]],
      not_loaded: [[{ what: "Quanto int4", error: "ImportError" }]],
      not_as_asked: [[{ label: "Quanto int4", layer: "to_q", problem: "is a Linear" }]],
      not_numbers: [[{ label: "GGUF Q4_K" }]],
      computes_wrongly: [[{ label: "Quanto fp8", layer: "to_q", error: 0.34 }]],
      size_refused: [[{ model: "tiny", width: 512, height: 768 }]],
      steps_refused: [[{ model: "tiny", least: 2, most: 50 }]],
      guidance_refused: [[{ model: "tiny", least: 1.5, most: 6 }]],
      unknown_recipe: [[{ recipe: "gguf-q9" }]],
      request_failed: [[{ error: "RuntimeError" }]],
      gpu_lost: [[{}]],
      engine_died: [[{}]],
      engine_hung: [[{}]],
      engine_garbled: [[{}]],
      worker_gone: [[{}]],
      unreadable: [[{}]],
      not_stored: [[{}]],
    },
    quoted: [["disk full"]],
  },
  refused: [["Because."]],
  missingPermissions: [[["Attach Files", "Send Messages"]]],
  workersFailing: [["disk full"]],
  workersFetching: [["FLUX.1-dev", 1.5 * GIB, 33.7 * GIB]],
  unknownBackend: [["nf5", ["bf16", "bnb-nf4"]]],
  backendUnavailable: [["fp8", "needs a newer GPU"]],
  unknownSize: [["9x9", ["512x512", "768x512"]]],
  stepsOutOfRange: [[2, 50]],
  guidanceOutOfRange: [[1.5, 20]],
  imagesOutOfRange: [[4]],
  seedOutOfRange: [[9_007_199_254_740_991]],
  promptTooLong: [[1000]],
  queueFull: [[200], [1]],
  memberFull: [[3], [1]],
  unexpected: [["500000000000000006"]],
  waiting: [
    [7, 83],
    [0, 3],
    [none, none],
    [1, none],
  ],
  loading: [["torchao int8"]],
  rendering: [
    [2, 4, 13, 28],
    [1, 1, 13, 28],
  ],
  settings: [
    [4, "768×512", 28, 3.5, "17–20"],
    [none, "768×512", 28, none, "17"],
    [1, "768×512", 1, none, "17"],
  ],
  time: [[48.2, 12.05, 3.25]],
  loaded: [[14.5]],
  switched: [[2.25]],
  weights: [[5.75 * GIB]],
  memory: { "cuda-allocated": [[11.5 * GIB, 23.25 * GIB]], "process-rss": [[11.5 * GIB, 23.25 * GIB]] },
  on: [["NVIDIA H200"]],
  textEncoder: [["nf4"]],
  truncated: [[23], [1]],
  cancelled: [[USER]],
  failed: [["Broken."]],
  done: [
    [USER, true],
    [USER, false],
  ],
  sentHereInstead: [[CHANNEL]],
  kept: [[3], [1]],
  altGrid: [
    [4, "bf16", "two red stars"],
    [1, "bf16", "two red stars"],
  ],
  altPreview: [["two red stars"]],
  variedSeed: [[17, 0.3]],
  variation: { slight: [[3], [none]], strong: [[3], [none]] },
  altImage: [[3, "bf16", "two red stars"]],

  backends: {
    heading: [
      [19, 19],
      [7, 19],
      [1, 19],
    ],
    timesAre: [[setting]],
    articleIs: [[URL]],
    row: [
      ["Quanto int8", "quanto-int8", 8.5, "resident"],
      ["Quanto int8", "quanto-int8", 8.5, "parked"],
      ["Quanto int8", "quanto-int8", 8.5, "absent"],
    ],
    rowFigures: [
      [5.75 * GIB, { seconds: times, jobs: 23 }, { peakGib: 36.17, seconds: 12.5 }],
      [5.75 * GIB, { seconds: times, jobs: 1 }, none],
      [5.75 * GIB, none, none],
      [none, none, none],
    ],
    refusedHere: [ids],
    choice: [
      ["Quanto int8", 8.5, 5.75 * GIB, true],
      ["Quanto int8", 8.5, none, false],
    ],
    showHeading: [["Quanto int8", "quanto-int8"]],
    nature: [
      ["Quanto", 8.5, "model-offload", "compiled"],
      ["Quanto", 8.5, "resident", "eager"],
      ["Quanto", 8.5, "group-offload", "eager"],
    ],
    onEngine: [
      ["NVIDIA H200", "parked", 5.75 * GIB],
      ["NVIDIA H200", "absent", 0],
    ],
    notOnEngine: [["NVIDIA H200", "needs CUDA"]],
    measuredAt: [["FLUX.1-dev", setting, times, 23]],
    loading: [
      [14.5, 6],
      [14.5, 1],
    ],
    enginePeak: [
      [23.25 * GIB, "cuda-allocated"],
      [23.25 * GIB, "process-rss"],
    ],
    distances: [
      [23, 31.24, 0.0712],
      [1, none, 0],
    ],
    inArticle: [
      [URL, { loadedGib: 31.447, peakGib: 36.166, seconds: 12.5, compileSeconds: 250.5 }],
      [URL, { loadedGib: 31.447, peakGib: 36.166, seconds: 12 }],
    ],
    historyTitle: [["Quanto int8"]],
    historyGroup: [[setting]],
    historyAlt: [["Quanto int8", 23, 2.72, 12.34]],
    guideFastest: [[setting]],
    rank: [[3, "Quanto int8", "quanto-int8", "5 s"]],
    weights: [[5.75 * GIB]],
    time: [
      [times, 23],
      [times, 1],
    ],
    distance: [
      [0.0712, 31.24, 23],
      [0.0712, none, 1],
    ],
    unmeasured: { memory: [ids], fastest: [ids], closest: [ids] },
    severalUnmeasured: { memory: [[7], [1]], fastest: [[7], [1]], closest: [[7], [1]] },
    engine: [["NVIDIA H200", 139.8 * GIB, 120 * GIB, 17, 19]],
    cantRun: [[["bnb-nf4", "gguf-q2_k"], "needs CUDA"]],
    standsIn: [ids],
  },

  compare: {
    tooFew: [[6]],
    twice: [["bf16"]],
    unknownSet: [[["6-bit", "others"]]],
    emptySet: [["6-bit"]],
    progress: [[2, 5]],
    backend: [
      ["running", "Quanto int8", "▰▱ 3"],
      ["failed", "Quanto int8", ""],
    ],
    step: [[3, 28]],
    title: [[5], [1]],
    devices: [[["NVIDIA H200", "NVIDIA L4"]]],
    difference: [["Original bf16"]],
    failedBackend: [["Quanto int8", "Broken."]],
    cancelledBackend: [["Quanto int8"]],
    alt: [[["Original bf16", "Quanto int8"], "two red stars"]],
    pair: [
      ["Original bf16", "Quanto int8", 31.24, 0.0712],
      ["Original bf16", "Quanto int8", Number.POSITIVE_INFINITY, 0],
    ],
    amplified: [[8]],
    altDifference: [["Original bf16", "Quanto int8", 8]],
    altFlicker: [["Original bf16", "Quanto int8"]],
  },

  details: {
    size: [[768, 512]],
    steps: [[28], [1]],
    guidance: [[3.5]],
    revision: [["0ef5fff7"]],
    weights: [[5.75 * GIB]],
    resident: [[11.5 * GIB]],
    peak: [[23.25 * GIB]],
    load: [[14.5]],
    unpark: [[2.25]],
    encode: [[0.37]],
    denoise: [[11.1, 0.41]],
    decode: [[0.62]],
    total: [[12.34]],
    waited: [[3.25]],
    madeFrom: {
      seed: [[URL]],
      backend: [[URL]],
      prompt: [[URL]],
      "full-size": [[URL]],
      variations: [[URL, 3]],
    },
    linked: [[URL]],
  },

  history: {
    title: [[23], [1]],
    change: [
      [17, USER, AT, "CHANGE", "a reason"],
      [17, USER, AT, "CHANGE", none],
    ],
    undoing: [[17]],
    undone: [["CHANGE"]],
  },

  members: {
    minute: [[used], [{ ...used, most: none, resetsAt: none }]],
    waiting: [[used]],
    gpu: [[{ ...used, used: 23.4 }]],
    maximum: [
      [37, "768x512"],
      [none, none],
      [1, none],
    ],
    total: [
      [17, 53, 83.5],
      [1, 1, 83.5],
    ],
    deletedPartly: [[3], [1]],
  },

  paging: { page: [[2, 7]] },

  players: {
    title: [["2026-11"], [none]],
    table: trials.map((trial) => [trial]),
    place: [[3, { memberId: USER, correct: 21, votes: 34, lower: 0.456 }]],
    nobodyYet: [[20]],
    order: [[20]],
    own: trials.flatMap((trial) => [
      [{ trial, votes: 34, correct: 21, interval, p: 0.0234, streak: 4, longest: 9 }],
      [{ trial, votes: 34, correct: 21, interval, p: 0.0000234, streak: 1, longest: 9 }],
    ]),
    exported: [
      ["7f3a", true],
      ["7f3a", false],
    ],
  },

  presets: {
    figures: [[preset], [oneOfEach], [bare]],
    usedHere: [["night"]],
    instead: {
      backend: [["night", "bnb-nf4", "bf16"]],
      steps: [["night", "60", "50"]],
      size: [["night", "9x9", "768x512"]],
      guidance: [["night", "33", "20"]],
    },
    unknown: [
      ["dusk", names],
      ["dusk", many],
    ],
    unknownOwn: [
      ["dusk", names],
      ["dusk", []],
    ],
    limitBelow: [["steps"], ["images"]],
    locked: [
      ["night", "guidance", true],
      ["night", "guidance", false],
    ],
    lockedAlone: [
      ["night", true],
      ["night", false],
    ],
    overLimit: [["night", "steps", 37]],
    listTitle: [[7]],
    listed: [["night", preset]],
    listedShipped: [
      ["fast", "MEANING", "bnb-nf4", false],
      ["fast", "MEANING", none, false],
    ],
    meansNow: [[preset]],
    defaultIn: [
      ["night", "server", true],
      ["night", CHANNEL, false],
    ],
    tooMany: [[50]],
    reserved: [["fast"]],
    exists: [["night"]],
    created: [["night", preset]],
    edited: [["night", preset]],
    unchanged: [["night"]],
    deleted: [["night"]],
    deletedDefault: [["night", ["server", CHANNEL]]],
    defaultSet: [
      ["night", "server"],
      ["night", CHANNEL],
    ],
    defaultCleared: [["server"], [CHANNEL]],
    noDefaultThere: [["server"], [CHANNEL]],
    lockedNow: [["night", CHANNEL]],
    unlockedNow: [["night", CHANNEL]],
    formTitle: [["night"]],
    formNotOffered: [["bnb-nf4"]],
    badLine: [["stepz 4"]],
    badFigure: [
      ["steps: 9999", 2, 50, true],
      ["guidance: 9999", 0, 100, false],
    ],
    conflict: [
      ["night", USER, AT, preset],
      ["night", USER, AT, none],
    ],
    undoBreaks: [["night", CHANNEL]],
    imported: [[3], [1]],
    presetCreated: [["night", preset]],
    presetDeleted: [["night", preset]],
    presetChanged: [["night", preset, bare]],
    defaultChanged: [
      [CHANNEL, { preset: "night", locked: true }],
      ["server", none],
    ],
    exported: [[3], [1]],
    fileTooLarge: [[2 * 1024 * 1024]],
    fileUnreadable: [["presets.night.steps: WRONG"]],
    importDone: [
      [["added1"], ["replaced2"], ["kept3"]],
      [[], [], ["kept3"]],
    ],
  },

  queue: {
    already: [
      ["paused", USER, AT],
      ["draining", USER, AT],
    ],
    heading: [
      [2, 7, 83],
      [1, 1, none],
    ],
    closed: [
      ["paused", USER, AT],
      ["draining", USER, AT],
    ],
    others: [[7], [1]],
    row: [[3, "STANDING", ["bf16", "bnb-nf4"]]],
    asker: [[USER, AT]],
    askedAt: [[AT]],
    several: [[2, 5]],
    waitingWhileClosed: [[0], [7]],
    cancelChoice: [["bf16", "two red stars"]],
    cancelChoiceOf: [["Ada", "bf16", "two red stars"]],
    paused: [
      [2, 7],
      [0, 1],
    ],
    drains: [
      [2, 7],
      [1, 7],
    ],
    resumed: [[0], [7], [1]],
  },

  quiz: {
    unfinished: [[12, 40]],
    evidence: {
      "very-strong": [["bnb-nf4"]],
      strong: [["bnb-nf4"]],
      moderate: [["bnb-nf4"]],
      weak: [["bnb-nf4"]],
      none: [["bnb-nf4"]],
    },
    figures: [
      [{ correct: 21, votes: 34, members: 8, rounds: 12, prompts: 3, interval, adjustedP: 0.0234 }],
      [{ correct: 21, votes: 34, members: 8, rounds: 12, prompts: 1, interval, adjustedP: 0.0000234 }],
    ],
    tooFewRounds: [["bnb-nf4", 3, 0.875]],
    reversed: [["bnb-nf4"]],
    equivalent: [["bnb-nf4"]],
    undecided: [["bnb-nf4"]],
  },

  quizEvidence: {
    backend: [[figures], [{ ...figures, dPrime: none }]],
    more: [[7]],
    sham: [
      [12, 21, 34, interval, undefined],
      [12, 21, 34, interval, 0.0234],
    ],
    positions: [
      [[{ letter: "A", share: 0.613, interval }], undefined],
      [[{ letter: "A", share: 0.613, interval }], 0.0234],
    ],
    chartTitle: [[true], [false]],
    chartSubtitle: [["7f3a"]],
    alt: [[[{ label: "Quanto int8", memory: 5888.5, rate: 61.3, lower: 52.4, upper: 70.2 }]]],
  },

  rounds: {
    mayNotStart: [[ROLE], [none]],
    runsAlready: [[CHANNEL]],
    thread: [["two-picture"], ["find-original"]],
    startedIn: [["7f3a", CHANNEL]],
    tooFewBackends: [[3], [2]],
    notQuantized: [["bf16"]],
    drawing: [[17]],
    title: [
      [17, "two-picture"],
      [17, "find-original"],
    ],
    task: { "two-picture": [[10], [0]], "find-original": [[0]] },
    closesAt: [[AT]],
    closesAfter: [[12], [1]],
    commitment: [["0123456789abcdef0123", "9c2e"]],
    vote: [["A"]],
    alt: [[["A", "B"], "two red stars"]],
    cancelled: [[USER]],
    study: [
      ["7f3a", "two-picture", ["bnb-nf4"], 1, 40, 20, 10, { minutes: 90 }],
      ["7f3a", "find-original", ["bnb-nf4", "fp8"], 9, 40, 20, 0, { votes: 12 }],
    ],
    cannotFind: [[3, 14, "p = 1.000", 9]],
    setAside: [[["bnb-nf4", "gguf-q2_k"]]],
    moreStudies: [[1], [7]],
    outOfReach: [
      [20, 7, 53],
      [20, 7, none],
      [20, none, none],
    ],
    counted: [
      ["A", AT],
      ["A", none],
    ],
    votedAlready: [["A"]],
    revealTitle: [[17]],
    alternate: [["bf16"]],
    picture: [
      ["A", "Original bf16", 3, { weights: "15.9 MiB", peak: "595 MiB", time: "2.10 s" }],
      ["A", "Original bf16", 1, none],
    ],
    right: [
      ["A", 21, 34],
      ["A", 0, 0],
    ],
    sham: [[34], [1]],
    measured: [[["NVIDIA H200", "NVIDIA L4"]]],
    check: [["node check.mjs 42", "0123456789abcdef0123"]],
    verdictTitle: [["7f3a"]],
    more: [[7], [1]],
    foundTitle: [["7f3a"]],
    found: [[21, 34, 8, interval, 3]],
    gaveUp: [["7f3a"]],
    buttonDefault: [["bnb-nf4"]],
    why: [["7f3a"]],
    isDefault: [["night", "bnb-nf4"]],
    notOffered: [["bnb-nf4"]],
    nameTaken: [["night"]],
    stopped: [["7f3a"]],
    status: [["7f3a", "two-picture", CHANNEL, "STATE", 12, 40]],
    openRound: [
      [17, AT],
      [17, none],
    ],
    drawingNow: [[17]],
    studies: [[3], [1]],
    dailySet: [[CHANNEL, 18]],
    cantPost: [[CHANNEL, ["View Channel", "Attach Files"]]],
    soloRight: [["A"]],
    soloWrong: [["A"]],
    verified: [["9c2e", "two-picture", "A", "bnb-nf4"]],
    verifiedSham: [["9c2e"]],
    notVerified: [["9c2e"]],
    commitmentOf: [["0123456789abcdef0123"]],
  },

  rules: {
    otherChannel: [[[CHANNEL]], [many]],
    blockedPrompt: [["toy gun"], ["/toy.gun/"]],
    tooOften: [
      [7, AT],
      [1, AT],
    ],
    engineTimeUsed: [
      [640, AT],
      [1, AT],
    ],
    channels: [[[CHANNEL]], [[]]],
    ageRestricted: [[true], [false]],
    blocked: [[7], [0]],
    blockedTitle: [[7]],
    blockedEntry: [["toy gun"]],
    moreLimits: [[7], [1]],
    limitsOf: [
      ["everyone", limits],
      [ROLE, {}],
    ],
    maximum: [
      [37, "768x512"],
      [none, none],
    ],
    private: [[true], [false]],
    quiz: [[ROLE], [none]],
    language: [["Suomi"], [none]],
    saved: [["WHAT"]],
    channelAllowed: [[CHANNEL]],
    channelRemoved: [[CHANNEL]],
    notAllowedYet: [[CHANNEL]],
    blockedAdded: [["toy gun"]],
    blockedRemoved: [["toy gun"]],
    blockedUnknown: [["toy gun"]],
    blockedExpression: [["missing ): ("]],
    blockedFull: [[500]],
    patternsFull: [[50]],
    listChanged: {
      channel: [
        [CHANNEL, true],
        [CHANNEL, false],
      ],
      blocked: [
        ["toy gun", true],
        ["toy gun", false],
      ],
    },
    limitsChanged: [
      [ROLE, limits],
      ["everyone", none],
    ],
    singleChanged: [["NAME", "BEFORE", "AFTER"]],
    flag: [[true], [false]],
  },

  stats: {
    more: [[7]],
    setting: [[setting]],
    weightsAxis: [["GiB"]],
    backendsNote: [[URL]],
    backendRow: [
      ["bf16", { weights: 5.75 * GIB, seconds: 3.14, jobs: 23 }, { peakGib: 36.166, seconds: 12.5 }],
      ["bf16", none, none],
    ],
    backendsAlt: [
      [7, "Quanto int8", "GGUF Q2_K"],
      [0, none, none],
    ],
    nothing: [[14], [1]],
    lastDays: [[14], [1]],
    jobsHeading: [
      [234, 567, 14],
      [1, 1, 14],
    ],
    jobsRow: [["2026-11-21", 23, 57]],
    jobsAlt: [[14, 234, "2026-11-21", 57]],
    waitsHeading: [[1.25, 17.5, 14]],
    waitsRow: [["2026-11-21", 1.25, 17.5, 23]],
    waitsAlt: [[14, 1.25, 17.5]],
    occupancyHeading: [[0.37, 14]],
    occupancyRow: [["2026-11-21", 0.37, 8000, 21_600]],
    occupancyAlt: [[14, 0.37]],
  },

  units: {
    pValue: [[0.0234], [0.0000234]],
    fixed: [[2.71, 1]],
    number: [[3.5]],
    percent: [[0.125, 1]],
    bytes: [[5.75 * GIB]],
    seconds: [[3.14]],
    roughly: [[83]],
  },
};
