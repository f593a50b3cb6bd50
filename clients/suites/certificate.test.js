// Acts as a verifier of Open Badges that knows only the certificate and what the server
// publishes.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';

import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';

import { completeShortCourse, publishShortCourse } from '../support/course.js';
import { code as failure, data, post } from '../support/http.js';
import { binary, serve } from '../support/server.js';

const server = await serve();
await publishShortCourse(server);
const certificate = await completeShortCourse(server);
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', server.origin));
const verify = (token) => jwtVerify(token, keys, { algorithms: ['EdDSA'] });

const json = async (url) => {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return response.json();
};

describe('the credential', () => {
  test('verifies against the published key set', async () => {
    const { payload, protectedHeader } = await verify(certificate.credential);
    assert.deepEqual(Object.keys(protectedHeader).sort(), ['alg', 'kid', 'typ']);
    assert.equal(protectedHeader.typ, 'JWT');
    assert.equal(payload.jti, certificate.verifyUrl);
  });

  test('verifies with the key at its kid, as Open Badges requires', async () => {
    const { kid } = decodeProtectedHeader(certificate.credential);
    const key = await json(kid);
    assert.equal(key.d, undefined);
    await jwtVerify(certificate.credential, await importJWK(key, 'EdDSA'));
  });

  test('is the same in the download and in the image', async () => {
    const response = await fetch(certificate.credentialUrl);
    assert.equal(response.headers.get('content-type'), 'application/vc+jwt');
    assert.equal(await response.text(), certificate.credential);
    const picture = await fetch(certificate.imageUrl);
    assert.equal(picture.headers.get('content-type'), 'image/svg+xml');
    const [, baked] = /<openbadges:credential verify="([^"]+)">/.exec(await picture.text());
    assert.equal(baked, certificate.credential);
  });

  test('has the fields that Open Badges 3.0 requires', async () => {
    const { payload } = await verify(certificate.credential);
    assert.deepEqual(payload['@context'].slice(0, 2), [
      'https://www.w3.org/ns/credentials/v2',
      'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    ]);
    assert.deepEqual(payload.type, ['VerifiableCredential', 'AchievementCredential']);
    for (const text of [payload.id, payload.name, payload.issuer.id, payload.issuer.name, payload.validFrom]) {
      assert.ok(typeof text === 'string' && text !== '');
    }
    assert.deepEqual(payload.issuer.type, ['Profile']);
    const { credentialSubject: subject } = payload;
    assert.deepEqual(subject.type, ['AchievementSubject']);
    assert.deepEqual(subject.achievement.type, ['Achievement']);
    assert.equal(subject.achievement.name, 'A short course');
    for (const text of [subject.achievement.id, subject.achievement.description, subject.achievement.criteria.narrative]) {
      assert.ok(typeof text === 'string' && text !== '');
    }
    assert.match(subject.achievement.description, /not the Certified Scrum Product Owner \(CSPO\) certification/);
  });

  test('has claims that match the credential', () => {
    const payload = decodeJwt(certificate.credential);
    assert.equal(payload.iss, payload.issuer.id);
    assert.equal(payload.jti, payload.id);
    assert.equal(payload.sub, payload.credentialSubject.id);
    assert.equal(payload.nbf * 1000, Date.parse(payload.validFrom));
    assert.equal(payload.exp * 1000, Date.parse(payload.validUntil));
    assert.equal(payload.vc, undefined);
  });

  test('is no longer valid once it has expired', async () => {
    const after = new Date(Date.parse(decodeJwt(certificate.credential).validUntil) + 1000);
    await assert.rejects(jwtVerify(certificate.credential, keys, { currentDate: after }), { code: 'ERR_JWT_EXPIRED' });
  });

  test('fails verification when tampered with', async () => {
    const [header, payload, signature] = certificate.credential.split('.');
    const text = Buffer.from(payload, 'base64url').toString();
    for (const [from, to] of [
      ['A short course', 'A long course'],
      ['"validFrom":"2', '"validFrom":"1'],
    ]) {
      assert.ok(text.includes(from));
      const forged = Buffer.from(text.replace(from, to)).toString('base64url');
      await assert.rejects(verify(`${header}.${forged}.${signature}`), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
    }
    const unsigned = Buffer.from(JSON.stringify({ ...decodeProtectedHeader(certificate.credential), alg: 'none' })).toString('base64url');
    await assert.rejects(verify(`${unsigned}.${payload}.`));
  });

  test('leads to nothing that identifies the learner', async () => {
    const { issuer, credentialStatus } = decodeJwt(certificate.credential);
    const profile = await json(issuer.id);
    assert.equal(profile.id, issuer.id);
    const page = await (await fetch(certificate.verifyUrl)).text();
    assert.match(page, /This certificate is valid/);
    const list = await json(credentialStatus.id);
    for (const text of [JSON.stringify(decodeJwt(certificate.credential)), JSON.stringify(list), page]) {
      assert.ok(!text.includes(certificate.learner));
    }
  });
});

test('an unknown code looks like a missing certificate', async () => {
  assert.deepEqual(await data(server.url, '{ certificate(code: "0000-0000-0000-0000-0000-0000-0000") { code } }'), { certificate: null });
  assert.deepEqual(await data(server.url, '{ certificate(code: "x") { code } }'), { certificate: null });
  assert.equal((await fetch(new URL('/certificates/x', server.origin))).status, 404);
});

test('a trainer revokes a certificate, and verifiers see it', async () => {
  const { credential, verifyUrl, code } = await completeShortCourse(server);
  const { id } = decodeJwt(credential).credentialStatus;
  assert.deepEqual((await json(id)).revokedCredentials, []);
  const revoke = `mutation { revokeCertificate(input: { code: "${code}", reason: "Issued by mistake." }) { certificate { status } } }`;
  assert.equal(await failure(server.url, revoke), 'UNAUTHENTICATED');
  const token = execFileSync(binary, ['token', '--subject', 'tess', '--role', 'trainer', '--data-dir', server.dataDir], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const revoked = await post(server.url, { query: revoke }, { authorization: `Bearer ${token}` });
  assert.equal(revoked.json.data?.revokeCertificate.certificate.status, 'REVOKED', revoked.text);

  assert.deepEqual((await json(id)).revokedCredentials, [{ id: verifyUrl, revoked: true, revocationReason: 'Issued by mistake.' }]);
  assert.equal((await fetch(`${verifyUrl}.jwt`)).status, 410);
  assert.match(await (await fetch(verifyUrl)).text(), /was revoked/);
});
