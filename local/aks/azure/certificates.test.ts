import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { createCertificateAuthority } from './certificates.ts';

test('a server certificate is verified by its authority, for its names alone', async () => {
  const authority = await createCertificateAuthority();

  const server = await authority.server(['localhost', 'demo.hcp.localhost', '127.0.0.1']);

  const certificate = new X509Certificate(server.cert);
  assert.ok(certificate.verify(new X509Certificate(authority.cert).publicKey));
  assert.equal(certificate.checkHost('demo.hcp.localhost'), 'demo.hcp.localhost');
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
  assert.equal(certificate.checkHost('elsewhere.localhost'), undefined);
});

test('both sides of a TLS connection accept each other, and the server sees user and groups', async (t) => {
  const authority = await createCertificateAuthority();
  const client = await authority.client('masterclient', ['system:masters']);
  const server = createServer({
    ...(await authority.server(['localhost'])),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const accepted = once(server, 'secureConnection');

  const socket = connect({
    ...client,
    ca: authority.cert,
    host: '127.0.0.1',
    servername: 'localhost',
    port: (server.address() as AddressInfo).port,
  });
  t.after(() => socket.destroy());
  await once(socket, 'secureConnect');
  const [peer] = (await accepted) as [TLSSocket];

  assert.equal(socket.authorized, true);
  assert.equal(peer.getPeerCertificate().subject.CN, 'masterclient');
  assert.equal(peer.getPeerCertificate().subject.O, 'system:masters');
});

test('a certificate of another authority is not accepted', async () => {
  const [authority, other] = await Promise.all([createCertificateAuthority(), createCertificateAuthority()]);

  const server = new X509Certificate((await other.server(['localhost'])).cert);

  assert.equal(server.verify(new X509Certificate(authority.cert).publicKey), false);
  assert.notEqual(new X509Certificate(authority.cert).subject, new X509Certificate(other.cert).subject);
});
