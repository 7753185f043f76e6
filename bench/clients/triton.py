#!/usr/bin/env python3
"""Asks a running Serin everything that the Triton HTTP client of PyPI, unmodified, can ask.

See bench/clients/README.md for how to run it. Ends with 0 when every exchange went as it should.
"""

import sys
import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

ADDRESS = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:8080"
client = triton.InferenceServerClient(ADDRESS, concurrency=16)
failed = []


def exchange(check):
    """Runs one exchange and says how it went."""
    name = check.__name__.replace("_", " ")
    try:
        check()
        print(f"ok    {name}")
    except Exception as error:  # any of them means that the exchange failed
        failed.append(name)
        print(f"FAIL  {name}: {type(error).__name__}: {error}")
    return check


def tensor(name, array, datatype=None, binary=True):
    """An input as the client makes it from a NumPy array."""
    made = triton.InferInput(name, list(array.shape), datatype or np_to_triton_dtype(array.dtype))
    made.set_data_from_numpy(array, binary_data=binary)
    return made


def refusal(action, status, *words):
    """The action is refused with a status and a message that has all the words."""
    try:
        action()
    except InferenceServerException as error:
        assert error.status() == str(status), f"status {error.status()}: {error.message()}"
        for word in words:
            assert word in error.message(), error.message()
        return
    raise AssertionError("it was not refused")


@exchange
def server_is_live_and_ready():
    assert client.is_server_live()
    assert client.is_server_ready()


@exchange
def models_are_ready_with_and_without_version():
    assert client.is_model_ready("named")
    assert client.is_model_ready("named", "2")
    assert not client.is_model_ready("named", "99")
    assert not client.is_model_ready("nobody")


@exchange
def server_metadata():
    metadata = client.get_server_metadata()
    assert metadata["name"] == "serin"
    assert "binary_tensor_data" in metadata["extensions"]


@exchange
def model_metadata():
    metadata = client.get_model_metadata("named")
    assert metadata["versions"] == ["2"], metadata
    assert [entry["name"] for entry in metadata["inputs"]] == ["a", "b", "n"]
    assert metadata["inputs"][0] == {"name": "a", "datatype": "FP32", "shape": [-1, 2]}
    assert client.get_model_metadata("named", "2") == metadata


@exchange
def model_config():
    config = client.get_model_config("named")
    assert config["backend"] == "onnxruntime", config
    assert {one["name"]: one["data_type"] for one in config["input"]}["n"] == "TYPE_INT64", config


@exchange
def repository_index():
    entries = {(entry["name"], entry["version"]): entry for entry in client.get_model_repository_index()}
    assert entries["named", "2"]["state"] == "READY"
    assert entries["named", "1"]["state"] == "UNAVAILABLE"


INT64 = np.iinfo(np.int64)
SAMPLES = {
    "BOOL": np.array([[True, False, True]]),
    "UINT8": np.array([[0, 1, 255]], np.uint8),
    "UINT16": np.array([[0, 1, 65535]], np.uint16),
    "UINT32": np.array([[0, 1, 2**32 - 1]], np.uint32),
    "UINT64": np.array([[0, 2**53 + 1, 2**64 - 1]], np.uint64),
    "INT8": np.array([[-128, 0, 127]], np.int8),
    "INT16": np.array([[-32768, 0, 32767]], np.int16),
    "INT32": np.array([[-(2**31), 0, 2**31 - 1]], np.int32),
    "INT64": np.array([[INT64.min, 2**53 + 1, INT64.max]], np.int64),
    "FP16": np.array([[-65504, 5.960464477539063e-08, 0.333251953125]], np.float16),
    "FP32": np.array([[-3.4028235e38, 1e-45, 0.1]], np.float32),
    "FP64": np.array([[-1.7976931348623157e308, 5e-324, 0.1]], np.float64),
    "BYTES": np.array([["", "Käse 🐤", "x" * 10_000]], dtype=np.object_),
}


@exchange
def every_datatype_comes_back_as_bytes_when_no_output_is_named():
    for datatype, array in SAMPLES.items():
        result = client.infer(f"same-{datatype.lower()}", [tensor("x", array, datatype)])
        back = result.as_numpy("y")
        if datatype == "BYTES":
            back = np.vectorize(lambda item: item.decode())(back)
        assert np.array_equal(back, array), (datatype, back)
        assert result.get_output("y")["datatype"] == datatype


@exchange
def bytes_that_are_no_text_are_refused():
    # ONNX Runtime for Node holds strings as text.
    array = np.array([[b"\xff\xfe", b"\x00", b""]], dtype=np.object_)
    refusal(lambda: client.infer("same-bytes", [tensor("x", array, "BYTES")]), 400, '"x"', "UTF-8")


@exchange
def every_datatype_goes_as_json_both_ways():
    for datatype, array in SAMPLES.items():
        if datatype in ("FP16", "UINT64", "INT64"):
            # The client has no JSON for FP16; large integers are the next exchange.
            continue
        result = client.infer(
            f"same-{datatype.lower()}",
            [tensor("x", array, datatype, binary=False)],
            outputs=[triton.InferRequestedOutput("y", binary_data=False)],
        )
        assert np.array_equal(result.as_numpy("y"), array), (datatype, result.as_numpy("y"))


@exchange
def large_integers_go_in_as_bytes_and_come_out_as_json():
    for datatype in ("INT64", "UINT64"):
        array = SAMPLES[datatype]
        result = client.infer(
            f"same-{datatype.lower()}",
            [tensor("x", array)],
            outputs=[triton.InferRequestedOutput("y", binary_data=False)],
        )
        assert np.array_equal(result.as_numpy("y"), array), result.as_numpy("y")


@exchange
def several_inputs_binary_and_json_mixed():
    a, b = np.array([[1, 2], [3, 4]], np.float32), np.array([[10, 20], [30, 40]], np.float32)
    n = np.array([[INT64.max - 1], [-5]], np.int64)
    inputs = [tensor("n", n), tensor("a", a, binary=False), tensor("b", b)]
    result = client.infer("named", inputs, model_version="2", request_id="four-and-twenty")
    assert np.array_equal(result.as_numpy("sum"), a + b)
    assert np.array_equal(result.as_numpy("next"), n + 1)
    response = result.get_response()
    assert response["id"] == "four-and-twenty"
    assert response["model_name"] == "named" and response["model_version"] == "2"
    outputs = [
        triton.InferRequestedOutput("next", binary_data=True),
        triton.InferRequestedOutput("sum", binary_data=False),
    ]
    mixed = client.infer("named", inputs, outputs=outputs)
    assert [entry["name"] for entry in mixed.get_response()["outputs"]] == ["next", "sum"]
    assert np.array_equal(mixed.as_numpy("sum"), a + b)
    assert np.array_equal(mixed.as_numpy("next"), n + 1)


@exchange
def images_of_digits():
    images = np.zeros((4, 1, 28, 28), np.float32)
    images[:, :, 4:24, 13:15] = 1
    name = client.get_model_metadata("digits")["inputs"][0]["name"]
    result = client.infer("digits", [tensor(name, images)])
    [output] = result.get_response()["outputs"]
    assert output["shape"] == [4, 10], output
    assert list(result.as_numpy(output["name"]).argmax(axis=1)) == [1, 1, 1, 1]


@exchange
def compressed_requests_and_responses():
    array = np.zeros((2_000, 3), np.float32)
    for way in ("gzip", "deflate"):
        result = client.infer(
            "same-fp32",
            [tensor("x", array)],
            request_compression_algorithm=way,
            response_compression_algorithm=way,
        )
        assert np.array_equal(result.as_numpy("y"), array)


@exchange
def many_at_once():
    arrays = [np.full((1, 3), i, np.int32) for i in range(200)]
    pending = [client.async_infer("same-int32", [tensor("x", array)]) for array in arrays]
    for array, asked in zip(arrays, pending):
        assert np.array_equal(asked.get_result().as_numpy("y"), array)


@exchange
def parameters_of_the_client():
    array = SAMPLES["INT32"]
    client.infer("same-int32", [tensor("x", array)], priority=1, timeout=1_000_000, sequence_id=7,
                 sequence_start=True, parameters={"user": "u-1"})


@exchange
def statistics():
    [page] = client.get_inference_statistics("same-int32")["model_stats"]
    assert page["name"] == "same-int32" and page["version"] == "1"
    assert page["inference_count"] >= 201 and page["inference_stats"]["success"]["count"] >= 201
    everything = client.get_inference_statistics()["model_stats"]
    assert {"same-int32", "named"} <= {entry["name"] for entry in everything}
    assert client.get_inference_statistics("same-int32", "1")["model_stats"][0] == page


@exchange
def a_model_is_unloaded_and_loaded_again():
    array = SAMPLES["INT8"]
    client.unload_model("same-int8")
    assert not client.is_model_ready("same-int8")
    assert client.is_server_ready()
    states = {entry["name"]: entry["state"] for entry in client.get_model_repository_index()}
    assert states["same-int8"] == "UNAVAILABLE"
    refusal(lambda: client.infer("same-int8", [tensor("x", array)]), 503, "same-int8")
    client.load_model("same-int8")
    assert client.is_model_ready("same-int8")
    client.infer("same-int8", [tensor("x", array)])


@exchange
def mistakes_are_refused_with_words():
    array = SAMPLES["FP32"]
    refusal(lambda: client.infer("nobody", [tensor("x", array)]), 404, "nobody")
    refusal(lambda: client.infer("same-fp32", [tensor("x", array)], model_version="9"), 400, "9")
    refusal(lambda: client.infer("same-fp32", [tensor("z", array)]), 400, "x", "z")
    refusal(lambda: client.infer("same-fp32", [tensor("x", SAMPLES["FP64"])]), 400, "FP32", "FP64")
    refusal(lambda: client.infer("same-fp32", [tensor("x", array[:, :2])]), 400, "[N, 3]", "[1, 2]")
    output = triton.InferRequestedOutput("w")
    refusal(lambda: client.infer("same-fp32", [tensor("x", array)], outputs=[output]), 400, "w")
    classes = triton.InferRequestedOutput("y", class_count=2)
    refusal(lambda: client.infer("same-fp32", [tensor("x", array)], outputs=[classes]), 400, "class")
    refusal(lambda: client.infer("named", [tensor("a", np.zeros((1, 2), np.float32))]), 400, '"b"')
    refusal(lambda: client.get_model_metadata("nobody"), 404, "nobody")
    refusal(lambda: client.load_model("nobody"), 404, "nobody")
    refusal(lambda: client.unload_model("nobody"), 404, "nobody")
    refusal(lambda: client.get_inference_statistics("nobody"), 404, "nobody")


@exchange
def outputs_that_are_not_finite_are_an_error():
    for value in (0.0, -1.0, np.nan):
        array = np.array([[value]], np.float32)
        refusal(lambda: client.infer("log", [tensor("x", array)]), 500, "not finite")


print(f"\n{len(failed)} exchanges failed" if failed else "\nall exchanges went as they should")
client.close()
sys.exit(1 if failed else 0)
