// The page of the second factor: counts down until another token may be asked for, and offers the one of a text message
// that arrives on this phone (WebOTP, https://wicg.github.io/web-otp/). The page does without.
interface OneTimeCode extends Credential {
  code: string;
}

function countDown(waiting: HTMLElement): void {
  const number = waiting.querySelector<HTMLElement>("[data-seconds]");
  const until = Date.now() + Number(number?.textContent ?? 0) * 1000;
  const timer = window.setInterval(() => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (number && left > 0) {
      number.textContent = String(left);
      return;
    }
    window.clearInterval(timer);
    waiting.hidden = true;
    const ready = document.querySelector<HTMLElement>("[data-ready]");
    if (ready) ready.hidden = false;
  }, 500);
}

async function offer(field: HTMLInputElement): Promise<void> {
  if (!("OTPCredential" in window)) return;
  const given = new AbortController();
  field.form?.addEventListener("submit", () => given.abort());
  const wanted = { otp: { transport: ["sms"] }, signal: given.signal } as CredentialRequestOptions;
  const credential = (await navigator.credentials.get(wanted).catch(() => null)) as OneTimeCode | null;
  if (credential && !field.value) field.value = credential.code;
}

const waiting = document.querySelector<HTMLElement>("[data-waiting]");
if (waiting) countDown(waiting);
const field = document.querySelector<HTMLInputElement>("input[autocomplete='one-time-code']");
if (field) void offer(field);

// Pressing twice would use the token twice, or send two.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  // Disabled only after this, or its name would not be sent.
  if (button instanceof HTMLButtonElement) window.setTimeout(() => (button.disabled = true));
});
