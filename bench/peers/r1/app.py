"""The stack of reference system R1: FastAPI, uvicorn and scikit-learn, one process.

Five features, a logistic regression, one row a request. Debian's packages: python3-fastapi
python3-uvicorn python3-uvloop python3-httptools python3-sklearn.
"""

import sys
import time

import numpy as np
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sklearn.linear_model import LogisticRegression

random = np.random.default_rng(1985)
rows = random.normal(size=(1000, 5))
labels = (rows @ [1.0, -0.5, 0.25, 0.8, -1.2] + random.normal(size=1000)) > 0
model = LogisticRegression().fit(rows, labels)

app = FastAPI()


class Request(BaseModel):
    features: list[float]


@app.post("/predict")
async def predict(request: Request):
    started = time.perf_counter()
    probability = model.predict_proba(np.array([request.features]))[0][1]
    return {
        "prediction": float(probability),
        "model_used": "stable",
        "latency_ms": (time.perf_counter() - started) * 1000,
    }


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        log_level="error",
        access_log=False,
    )
