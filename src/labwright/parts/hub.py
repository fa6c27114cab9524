"""What lets one in at the Hugging Face Hub."""

import huggingface_hub


def hub_login() -> dict[str, str]:
    """The header of who has logged in, by HF_TOKEN or `hf auth login`."""
    token = huggingface_hub.get_token()
    return {"Authorization": f"Bearer {token}"} if token else {}
