/** A request with its whole body. */
export interface HostRequest {
  method: string;
  /** Built from the Host header, so that links lead back to where the caller came from. */
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface HostResponse {
  status: number;
  headers?: Record<string, string>;
  /** Values of Set-Cookie. */
  cookies?: string[];
  body?: Uint8Array | string;
}

export type HttpHandler = (request: HostRequest) => Promise<HostResponse> | HostResponse;

export function jsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): HostResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function textResponse(status: number, body: string): HostResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
