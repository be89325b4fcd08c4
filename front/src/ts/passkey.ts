// Passkeys (W3C Web Authentication Level 3). A form with `data-passkey` asks the browser before it is sent:
// `get` (a passkey of this account), `alone` (any passkey of this portal, also from the list that the browser offers in
// the field of the mail address) or `create`. `data-options` is the address that says what to ask.
const RENEW_MILLISECONDS = 240_000; // a challenge lasts five minutes

type Options = { challenge: string; user?: { id: string } } & Record<string, unknown>;
type Descriptor = { id: string };

function bytes(text: string): ArrayBuffer {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer | null): string | null {
  if (!buffer) return null;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decoded(options: Options): unknown {
  const list = (name: string) =>
    ((options[name] as Descriptor[] | undefined) ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user ? { user: { ...options.user, id: bytes(options.user.id) } } : {}),
    allowCredentials: list("allowCredentials"),
    excludeCredentials: list("excludeCredentials"),
  };
}

function encoded(credential: PublicKeyCredential): string {
  const { response } = credential;
  const common = { clientDataJSON: text(response.clientDataJSON) };
  const own =
    response instanceof AuthenticatorAttestationResponse
      ? { attestationObject: text(response.attestationObject), transports: response.getTransports?.() ?? [] }
      : {
          authenticatorData: text((response as AuthenticatorAssertionResponse).authenticatorData),
          signature: text((response as AuthenticatorAssertionResponse).signature),
          userHandle: text((response as AuthenticatorAssertionResponse).userHandle),
        };
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...common, ...own },
  });
}

class PasskeyForm {
  private waiting: AbortController | null = null;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly kind: string,
  ) {
    const button = form.querySelector<HTMLButtonElement>("[data-passkey-button]");
    if (!window.PublicKeyCredential) {
      this.say("unsupported");
      return;
    }
    if (button) button.hidden = false;
    this.say("");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask(false);
    });
    if (kind === "alone") void this.offer();
  }

  // The browser lists passkeys in the field of the mail address, for as long as the page is open.
  private async offer(): Promise<void> {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    void this.ask(true);
    window.setInterval(() => {
      if (this.waiting) void this.ask(true);
    }, RENEW_MILLISECONDS);
  }

  private async ask(quietly: boolean): Promise<void> {
    this.say("");
    this.waiting?.abort();
    const asking = new AbortController();
    this.waiting = quietly ? asking : null;
    try {
      const publicKey = await this.options();
      const credential = await this.credential(publicKey, quietly, asking.signal);
      const field = this.form.querySelector<HTMLInputElement>("[name=credential]");
      if (!credential || !field) return;
      field.value = encoded(credential);
      this.form.submit();
    } catch (error) {
      if (quietly) return;
      const name = error instanceof DOMException ? error.name : "";
      this.say(name === "NotAllowedError" ? "cancelled" : name === "InvalidStateError" ? "known" : "failed");
    }
  }

  private async options(): Promise<unknown> {
    const token = this.form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
    const answer = await fetch(this.form.dataset.options ?? "", {
      method: "POST",
      headers: { "X-CSRFToken": token, "Content-Type": "application/x-www-form-urlencoded" },
    });
    if (!answer.ok || answer.redirected) throw new Error("no options");
    const { options } = (await answer.json()) as { options: string };
    return decoded(JSON.parse(options) as Options);
  }

  private async credential(publicKey: unknown, quietly: boolean, signal: AbortSignal): Promise<PublicKeyCredential | null> {
    if (this.kind === "create") {
      const wanted = { publicKey: publicKey as PublicKeyCredentialCreationOptions, signal };
      return (await navigator.credentials.create(wanted)) as PublicKeyCredential | null;
    }
    const wanted: CredentialRequestOptions = { publicKey: publicKey as PublicKeyCredentialRequestOptions, signal };
    if (quietly) wanted.mediation = "conditional";
    return (await navigator.credentials.get(wanted)) as PublicKeyCredential | null;
  }

  private say(what: string): void {
    for (const sentence of this.form.querySelectorAll<HTMLElement>("[data-says]")) {
      sentence.hidden = sentence.dataset.says !== what;
    }
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  new PasskeyForm(form, form.dataset.passkey ?? "");
}
