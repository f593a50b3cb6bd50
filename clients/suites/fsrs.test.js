// The reviews of learners are spaced by FSRS-6, which ts-fsrs is a reference for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FSRSAlgorithm, generatorParameters } from 'ts-fsrs';

const HARD = 2;
const reference = new FSRSAlgorithm(
  generatorParameters({ enable_fuzz: false, request_retention: 0.9, maximum_interval: 36500 }),
);
const near = (got, want) => Math.abs(got - want) <= 2e-4 * Math.max(1, want);

const directory = mkdtempSync(join(tmpdir(), 'scrumkb-fsrs-'));
after(() => rmSync(directory, { recursive: true }));

test('500 random histories are remembered as the reference remembers them', () => {
  const file = join(directory, 'histories.json');
  execFileSync('go', ['test', '-count=1', '-run', '^TestHistories$', './internal/progress/mastery'], {
    cwd: new URL('../..', import.meta.url).pathname,
    env: { ...process.env, SCRUMKB_HISTORIES: file },
  });
  const histories = JSON.parse(readFileSync(file, 'utf8'));
  assert.equal(histories.length, 500);
  let sameDayHard = 0;
  for (const history of histories) {
    let memory = null;
    history.forEach((review, n) => {
      const { days, rating, stability, difficulty, interval } = review;
      const want = reference.next_state(memory, days, rating);
      const step = `${JSON.stringify(history.slice(0, n + 1))}, want ${JSON.stringify(want)}`;
      assert.ok(near(stability, want.stability), step);
      assert.ok(near(difficulty, want.difficulty), step);
      assert.equal(interval, reference.next_interval(stability, days), step);
      if (n > 0 && days === 0 && rating === HARD) sameDayHard++;
      memory = { stability, difficulty };
    });
  }
  assert.ok(sameDayHard > 100, `${sameDayHard} reviews were hard on the same day`);
});
