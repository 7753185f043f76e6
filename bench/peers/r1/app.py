"""The stack of reference system R1: FastAPI, uvicorn and scikit-learn, one process.

Five features, a logistic regression, one row a request, drawn between stable and canary, latencies
kept. Debian's packages: python3-fastapi python3-uvicorn python3-uvloop python3-httptools
python3-sklearn.

    /usr/bin/python3 app.py PORT [--log]

Without --log it is as fast as this stack gets; with it, it writes uvicorn's access log as it does
when nobody says otherwise.
"""

import random
import sys
import time

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.linear_model import LogisticRegression

draw = np.random.default_rng(1985)
rows = draw.normal(size=(1000, 5))
labels = (rows @ [1.0, -0.5, 0.25, 0.8, -1.2] + draw.normal(size=1000)) > 0
stable = LogisticRegression().fit(rows, labels)

CANARY_SHARE = 0.1
canary = None
latencies_ms = {"stable": [], "canary": []}

app = FastAPI()


class Request(BaseModel):
    features: list[float]


@app.post("/predict")
async def predict(request: Request):
    started = time.perf_counter()
    is_canary = canary is not None and random.random() < CANARY_SHARE
    arm, model = ("canary", canary) if is_canary else ("stable", stable)
    probability = model.predict_proba(np.array([request.features]))[0][1]
    latency_ms = (time.perf_counter() - started) * 1000
    latencies_ms[arm].append(latency_ms)
    return {"prediction": float(probability), "model_used": arm, "latency_ms": latency_ms}


if __name__ == "__main__":
    logs = "--log" in sys.argv
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="info" if logs else "error",
        access_log=logs,
    )
