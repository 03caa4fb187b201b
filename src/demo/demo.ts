import { EXIT, reportFailure } from '../failures';
import { readConfig } from '../config';
import { allowClosedOutput, printLine } from '../output';
import { DemoError, demoFilePath, readDemoFile, type DemoFile } from './demo-file';
import { createGraphql } from './graphql';
import { ledgerHead, printExplanation, printLedger, printSteps, printStock } from './report';
import { COMESTRI_STEPS } from './steps/comestri';
import { GRAPHQL_STEPS } from './steps/graphql';
import { INCREFF_STEPS } from './steps/increff';
import { JERRY_STEPS } from './steps/jerry';
import { STANDARD_STEPS } from './steps/standard';
import type { DemoContext, Step, StepResult } from './steps/step';
import { WINIT_EVENT_STEPS } from './steps/winit-events';
import { WINIT_ORDER_STEPS } from './steps/winit-orders';

const STEPS: readonly Step[] = [
  ...JERRY_STEPS,
  ...WINIT_EVENT_STEPS,
  ...INCREFF_STEPS,
  ...COMESTRI_STEPS,
  ...WINIT_ORDER_STEPS,
  ...STANDARD_STEPS,
  ...GRAPHQL_STEPS,
];

/** `npm run demo`: sends messages in every format to a running gateway, then shows the stock and the ledger. */
async function runDemo(): Promise<void> {
  const { dataDir } = readConfig();
  const file = await demoFileOf(dataDir);
  const graphql = createGraphql(file.graphql, file.apiKey);
  const context: DemoContext = { file, graphql, run: Date.now(), orderNumbers: new Map() };
  const before = await ledgerHead(graphql);
  printLine(`Sending to ${file.url} as tenant ${file.tenant}.`);
  const sent = await sendAll(context);
  printSteps(sent);
  await printLedger(graphql, before.sequence);
  await printStock(graphql);
  await printExplanation(graphql);
  const failed = sent.filter(({ result }) => result.wrong !== undefined);
  for (const { step, result } of failed) printFailure(step, result);
  if (failed.length > 0) process.exitCode = EXIT.NO;
}

async function demoFileOf(dataDir: string): Promise<DemoFile> {
  const file = await readDemoFile(dataDir);
  if (file?.url !== undefined) return file as DemoFile;
  throw new DemoError(
    `There is no demo tenant: ${demoFilePath(dataDir)} is missing or damaged; start a gateway with "npm start", then try again`,
  );
}

/** Sends the steps in order, because some depend on earlier ones. */
async function sendAll(context: DemoContext): Promise<{ step: Step; result: StepResult }[]> {
  const sent: { step: Step; result: StepResult }[] = [];
  for (const step of STEPS) sent.push({ step, result: await step.send(context) });
  return sent;
}

function printFailure({ sender, says }: Step, { reply, outcome, wrong = '' }: StepResult): void {
  printLine(
    `\nFAILED: ${sender}, ${says}\n  outcome:  ${outcome}\n  expected: ${wrong}\n  answer:   ${reply.status} ${reply.body}`,
  );
}

allowClosedOutput();
runDemo().catch(reportFailure);
