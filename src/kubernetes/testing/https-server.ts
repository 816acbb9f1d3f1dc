import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { generate } from 'selfsigned';

export interface TestServer {
  url: string;
  host: string;
  certificate: string;
  /** TCP connections that were opened so far. */
  connections(): number;
  /** TCP connections that are open now. */
  open(): number;
}

/** A real HTTPS server on a free port that ends with the test. */
export async function startHttpsServer(t: TestContext, listener: RequestListener): Promise<TestServer> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  const server = createServer({ key, cert }, listener);
  let connections = 0;
  let open = 0;
  server.on('secureConnection', (socket) => {
    connections += 1;
    open += 1;
    socket.once('close', () => (open -= 1));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  return { url: `https://${host}`, host, certificate: cert, connections: () => connections, open: () => open };
}
