// Judges bodies with JSON.parse and ajv. Each line of standard input is a request in
// JSON, and each is answered with a line: the fields are those of ajvRequest and
// ajvAnswer in ../ajv.go.
"use strict";
const readline = require("readline");

let validators = [];
let bodies = []; // {provider, text: Buffer}

// value returns what a body holds. Bytes that are not UTF-8 become U+FFFD, as everywhere
// in Node.js unless one asks for more.
const value = (body) => JSON.parse(body.text.toString());

function passes(body) {
  try {
    return validators[body.provider](value(body));
  } catch {
    validators[body.provider].errors = null;
    return false; // not JSON
  }
}

function verdict(body) {
  if (passes(body)) return { passes: true };
  const missing = (validators[body.provider].errors || []).find((e) => e.keyword === "required");
  return { passes: false, absent: missing ? missing.instancePath + "/" + missing.params.missingProperty : "" };
}

function answer(request) {
  if (request.schemas) {
    const Ajv = require("ajv");
    const formats = require("ajv-formats");
    // Not strict: strict is about schemas, and refuses a type that is a list.
    const ajv = formats(new Ajv({ allErrors: true, strict: false }));
    validators = request.schemas.map((schema) => ajv.compile(schema));
    return { version: require("ajv/package.json").version };
  }
  if (request.load) {
    bodies = request.load.map((b) => ({ provider: b.provider, text: Buffer.from(b.text, "base64") }));
    return {};
  }
  if (request.judge) return { verdicts: bodies.map(verdict) };
  global.gc();
  const start = process.cpuUsage();
  for (let n = 0; n < request.cost; n++) for (const body of bodies) passes(body);
  const { user, system } = process.cpuUsage(start);
  return { microseconds: user + system };
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  let said;
  try {
    said = answer(JSON.parse(line));
  } catch (err) {
    said = { error: err.message };
  }
  console.log(JSON.stringify(said));
});
