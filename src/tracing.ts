/**
 * OpenTelemetry, through BullMQ's own adapter: a request's way through the queues as one trace, sent to the collector
 * that OTEL_EXPORTER_OTLP_ENDPOINT names. Without one nothing of it is loaded. Spans are made here and not by BullMQ's
 * classes: renders are taken by hand, and an idle worker's looks into its queues would bury them.
 */
import { type Job, type JobsOptions, SpanKind, type Telemetry, TelemetryAttributes, trace } from "bullmq";
import { type Logger, sparingly } from "./log.ts";

/** A process that leaves waits no longer than this for a collector that is away. */
const SENT_WITHIN_MS = 3000;

let telemetry: Telemetry | undefined;
let end = async (): Promise<void> => {};

/** @param endpoint of a collector that speaks OTLP over HTTP */
export async function startTracing(
  service: string,
  endpoint: string | undefined,
  log: Logger,
): Promise<void> {
  if (endpoint === undefined) return;
  const [{ BullMQOtel }, { DiagLogLevel, diag }, { OTLPTraceExporter }, { resourceFromAttributes }, sdk] =
    await Promise.all([
      import("bullmq-otel"),
      import("@opentelemetry/api"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/sdk-trace-node"),
    ]);
  const silent = () => {};
  // An exporter that can't reach its collector says so at every attempt.
  const error = sparingly((reason) => log.warn({ reason }, "traces could not be sent"));
  diag.setLogger({ error, warn: silent, info: silent, debug: silent, verbose: silent }, DiagLogLevel.ERROR);
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: SENT_WITHIN_MS });
  const provider = new sdk.NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    spanProcessors: [new sdk.BatchSpanProcessor(exporter)],
  });
  provider.register();
  telemetry = new BullMQOtel({ tracerName: "quantspot" });
  end = () => provider.shutdown();
}

/** Sends what is left. */
export const stopTracing = (): Promise<void> => end().catch(() => {});

/** @param submit is given what a job carries of its trace: what was queued without it leaves no span of its own */
export function traceSubmission(
  queue: string,
  id: string,
  submit: (traced: Pick<JobsOptions, "telemetry">) => Promise<void>,
): Promise<void> {
  return trace(telemetry, SpanKind.PRODUCER, queue, "add", queue, (span, metadata) => {
    span?.setAttributes({ [TelemetryAttributes.JobId]: id });
    return submit(metadata === undefined ? {} : { telemetry: { metadata } });
  });
}

/** Does what a job asks for, as a part of the trace that it was queued in. */
export function traceJob(job: Job, work: () => Promise<void>): Promise<void> {
  const metadata = job.opts.telemetry?.metadata;
  const { queueName: queue } = job;
  return trace(
    metadata === undefined ? undefined : telemetry,
    SpanKind.CONSUMER,
    queue,
    "process",
    queue,
    (span) => {
      span?.setAttributes({
        [TelemetryAttributes.JobId]: job.id ?? "",
        [TelemetryAttributes.JobAttemptsMade]: job.attemptsMade,
      });
      return work();
    },
    metadata,
  );
}
